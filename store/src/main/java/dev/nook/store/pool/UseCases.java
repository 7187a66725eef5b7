package dev.nook.store.pool;

/// What calls change in one pool.
public record UseCases(
    CreateVolume createVolume,
    DeleteVolume deleteVolume,
    ExpandVolume expandVolume,
    CreateSnapshot createSnapshot,
    DeleteSnapshot deleteSnapshot,
    KeptImages keptImages,
    Repairs repairs) {}
