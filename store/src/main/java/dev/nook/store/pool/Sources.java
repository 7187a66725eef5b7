package dev.nook.store.pool;

import dev.nook.store.PoolTag;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSource;
import java.util.List;
import java.util.Optional;

/// Whether a new volume can start from what it names.
record Sources(String node, List<Pool> pools) {
  private static final String FIELD = "volume_content_source";

  void refuse(VolumeSource source, Pool target) throws StorageException {
    switch (source) {
      case VolumeSource.Empty _ -> {}
      case VolumeSource.OfSnapshot(var id) -> {
        refuseElsewhere(id, id.tag(), target);
        throw new StorageException.NotFound(id);
      }
      case VolumeSource.OfVolume(var id) -> {
        refuseElsewhere(id, id.tag(), target);
        refuseVolume(id, target);
      }
    }
  }

  private static void refuseVolume(VolumeId id, Pool target) throws StorageException {
    if (target.catalogue().find(id).isEmpty()) {
      throw new StorageException.NotFound(id);
    }
    throw new StorageException.InvalidArgument(FIELD, "copies are not offered by this version");
  }

  /// Another node may have what this one lacks; another pool of this one is the caller's mistake.
  private void refuseElsewhere(Object id, Optional<PoolTag> tag, Pool target)
      throws StorageException {
    if (tag.isEmpty() || tag.get().equals(target.tag())) {
      return;
    }
    for (Pool pool : pools) {
      if (pool.tag().equals(tag.get())) {
        throw new StorageException.InvalidArgument(
            FIELD, "%s lives in pool %s, not %s".formatted(id, pool.name(), target.name()));
      }
    }
    throw new StorageException.Exhausted(
        id, "lives in pool %s, not on node %s".formatted(tag.get(), node));
  }
}
