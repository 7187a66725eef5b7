package dev.nook.store.host;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import dev.nook.store.pool.Pool;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What a new volume can start from: what this node has, in the same pool and of the same shape.
///
/// @param target the pool that the volume goes to
record Sources(String node, List<Pool> pools, Pool target) implements Pool.Source {
  private static final String FIELD = "volume_content_source";

  /// Empty when the volume starts empty.
  @Override
  public Optional<Origin> of(VolumeSpec spec) throws StorageException, IOException {
    return switch (spec.source()) {
      case VolumeSource.Empty _ -> Optional.empty();
      case VolumeSource.OfSnapshot(var id) -> {
        requireHere(id);
        yield Optional.of(same(spec, target.origin(id)));
      }
      case VolumeSource.OfVolume(var id) -> {
        requireHere(id);
        yield Optional.of(same(spec, target.origin(id)));
      }
    };
  }

  private static Origin same(VolumeSpec spec, Origin origin) throws StorageException {
    if (!origin.content().shape().equals(spec.shape())) {
      throw new StorageException.InvalidArgument(
          FIELD,
          "%s is %s, but a volume that is %s was requested; a copy has the class of its source"
              .formatted(origin.id(), origin.content().shape(), spec.shape()));
    }
    return origin;
  }

  /// Another node may have what this one lacks; another pool of this one is the caller's mistake.
  private void requireHere(StoredId id) throws StorageException {
    PoolTag tag = id.tag().orElseThrow(() -> new StorageException.NotFound(id));
    if (tag.equals(target.tag())) {
      return;
    }
    for (Pool pool : pools) {
      if (pool.tag().equals(tag)) {
        throw new StorageException.InvalidArgument(
            FIELD, "%s lives in pool %s, not %s".formatted(id, pool.name(), target.name()));
      }
    }
    throw new StorageException.Exhausted(
        id, "lives in pool %s, not on node %s".formatted(tag, node));
  }
}
