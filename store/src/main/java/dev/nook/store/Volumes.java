package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Creates, deletes and lists volumes, for the Controller service. Every method is idempotent,
/// durable when it returns, and leaves nothing behind when it throws; an [IOException] means that
/// the host failed.
///
/// Callers exclude each other per volume through [Operations].
public interface Volumes extends VolumeExpansion {
  /// Returns the id that [#create] would give, without reading a disk. Throws
  /// [StorageException.Exhausted] when this node lacks the pool.
  VolumeId idOf(VolumeSpec spec) throws StorageException;

  /// Creates a volume, or returns the existing one if it is equal. Throws `Incompatible` when the
  /// name is taken by another one, in any pool of this node.
  ///
  /// @param oneMoment runs as soon as it is known that the copy is point-in-time even if its source
  ///   is staged or unstaged meanwhile. Until then, and where it does not run, the source must be
  ///   left alone until the copy is made
  Volume create(VolumeSpec spec, Runnable oneMoment) throws StorageException, IOException;

  /// Creates a volume as [#create(VolumeSpec, Runnable)] does, for callers that leave the source
  /// alone until it returns.
  default Volume create(VolumeSpec spec) throws StorageException, IOException {
    return create(spec, () -> {});
  }

  /// Deletes a volume; does nothing when it is absent. Throws `NotReady` while it is attached or
  /// mounted.
  void delete(VolumeId id) throws StorageException, IOException;

  /// Lists volumes in the order of ids, quarantined ones too, from just after a token's place, even
  /// if that entry is gone. Throws `StaleToken`.
  Page list(int max, Optional<String> token) throws StorageException;

  /// Returns the capacity for volumes of this shape; 0 where this node cannot serve them.
  Capacity capacity(Optional<PoolName> pool, Shape shape) throws StorageException, IOException;

  /// @param nextToken empty on the last page
  record Page(List<Listed> entries, Optional<String> nextToken) {}

  /// @param volume empty for a volume whose record cannot be trusted
  record Listed(VolumeId id, long capacityBytes, Optional<Volume> volume) {}

  record Capacity(long availableBytes, long minimumVolumeBytes, long maximumVolumeBytes) {
    public static final Capacity NONE = new Capacity(0, 0, 0);
  }
}
