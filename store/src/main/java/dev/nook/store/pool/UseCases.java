package dev.nook.store.pool;

/// The calls that change one pool, each a class.
public record UseCases(
    CreateVolume createVolume,
    DeleteVolume deleteVolume,
    ExpandVolume expandVolume,
    CreateSnapshot createSnapshot,
    DeleteSnapshot deleteSnapshot,
    KeptImages keptImages,
    Repairs repairs) {}
