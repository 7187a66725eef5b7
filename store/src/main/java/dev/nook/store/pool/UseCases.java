package dev.nook.store.pool;

/// What calls change in one pool.
record UseCases(
    Volumes volumes, Snapshots snapshots, Growth growth, KeptImages keptImages, Repairs repairs) {}
