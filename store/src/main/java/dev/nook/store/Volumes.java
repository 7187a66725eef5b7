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

/// Makes, deletes and lists volumes: what the Controller service asks for. Every method is
/// idempotent, durable when it returns, and leaves nothing behind when it throws; [IOException]
/// means that the host failed.
///
/// Callers exclude each other per volume through [Operations].
public interface Volumes extends VolumeExpansion {
  /// The id that [#create] would give; no disk is read. [StorageException.Exhausted] when this node
  /// lacks the pool.
  VolumeId idOf(VolumeSpec spec) throws StorageException;

  /// Makes a volume, or returns the equal one that exists; `Incompatible` when the name is taken by
  /// another one, in whatever pool of this node.
  ///
  /// @param oneMoment runs as soon as it is known that a copy is of one moment, however long it
  ///   takes and whoever shows or hides its source meanwhile; until then, and where it never runs,
  ///   the source is to be left alone until the copy is made
  Volume create(VolumeSpec spec, Runnable oneMoment) throws StorageException, IOException;

  /// As [#create(VolumeSpec, Runnable)], for who leaves the source alone all the time.
  default Volume create(VolumeSpec spec) throws StorageException, IOException {
    return create(spec, () -> {});
  }

  /// Absent is fine; `NotReady` while it is attached or mounted.
  void delete(VolumeId id) throws StorageException, IOException;

  /// Volumes in id order, quarantined ones too, from just after a token's place even if that entry
  /// is gone. `StaleToken`.
  Page list(int max, Optional<String> token) throws StorageException;

  /// Room for a volume of this shape; 0 where this node cannot serve it.
  Capacity capacity(Optional<PoolName> pool, Shape shape) throws StorageException, IOException;

  /// @param nextToken empty on the last page
  record Page(List<Listed> entries, Optional<String> nextToken) {}

  /// @param volume empty for a volume whose record cannot be trusted
  record Listed(VolumeId id, long capacityBytes, Optional<Volume> volume) {}

  record Capacity(long availableBytes, long minimumVolumeBytes, long maximumVolumeBytes) {
    public static final Capacity NONE = new Capacity(0, 0, 0);
  }
}
