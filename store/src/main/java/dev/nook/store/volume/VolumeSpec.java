package dev.nook.store.volume;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;

/// A volume as it is requested.
///
/// @param pool the pool that the class names; an absent name is resolved by the store
public record VolumeSpec(
    Name name,
    java.util.Optional<PoolName> pool,
    Shape shape,
    CapacityRange range,
    VolumeSource source) {}
