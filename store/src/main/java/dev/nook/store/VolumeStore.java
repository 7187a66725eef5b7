package dev.nook.store;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a volume is on this node. Every method is idempotent, durable when it returns, and leaves
/// nothing behind when it throws; [IOException] means that the host failed.
///
/// Callers exclude each other per volume through [Operations].
public interface VolumeStore {
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

  /// Reads the volume's own record, nothing else, so that it answers while pools are still scanned.
  /// `NotFound`; `NotReady` when its record cannot be trusted.
  Volume get(VolumeId id) throws StorageException, IOException;

  /// Volumes in id order, quarantined ones too, from just after a token's place even if that entry
  /// is gone. `StaleToken`.
  Page list(int max, Optional<String> token) throws StorageException, IOException;

  /// Room for a volume of this shape; 0 where this node cannot serve it.
  Capacity capacity(Optional<PoolName> pool, Shape shape) throws StorageException, IOException;

  /// Makes the bytes of a volume at least what is required; never shrinks. `OutOfRange` with both
  /// figures when it does not fit. The filesystem on it is grown by whoever has it mounted.
  Volume expand(VolumeId id, CapacityRange range) throws StorageException, IOException;

  /// Attaches and verifies; the same attachment when it is attached already. `NotReady`, and not a
  /// byte written, when what is there is not what was recorded.
  Attachment attach(VolumeId id) throws StorageException, IOException;

  /// Notes, for its health, that the filesystem of a volume is mounted, or why it was refused to
  /// be; `NotFound`.
  void mounted(VolumeId id, Optional<VolumeFault> refused) throws StorageException;

  /// Why nothing more can be written to a volume, though it is well: its pool's filesystem is full.
  /// Empty when it is not, and where no such volume is.
  Optional<String> full(VolumeId id) throws IOException;

  /// Absent, unknown and not attached are fine; `NotReady` naming the holder while it is in use.
  void detach(VolumeId id) throws StorageException, IOException;

  /// Which volumes the kernel shows attached, or mounted in a view of it.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Which of these mounts, of a view, show volumes of this node's pools, and which volume each:
  /// through a loop device (or a read-only view of one) backed by its image, or rooted in its
  /// directory. Needs no record, only the kernel, and asks it once however many mounts there are.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  default Optional<VolumeId> shownBy(MountView view, Mounts.Entry mount) throws IOException {
    return Optional.ofNullable(shownBy(view, List.of(mount)).get(mount));
  }

  /// @param shown what the filesystem says at a mount of this volume
  Usage usage(VolumeId id, FileSystems.Usage shown) throws StorageException, IOException;

  /// The id that [#snapshot] would give; no disk is read. `NotFound` when the source can be nowhere
  /// on this node.
  SnapshotId idOf(Name snapshot, VolumeId source) throws StorageException;

  /// Cuts a snapshot of a volume, in use or idle, or returns the one of this name and source that
  /// exists; `Incompatible` when the name belongs to another source. `NotReady` where the pool
  /// cannot cut a volume in use, `Exhausted` when there is no room for what the source holds.
  /// Durable when it returns. The caller holds the snapshot's id and pins the source.
  ///
  /// @param oneMoment as for [#create(VolumeSpec, Runnable)]
  Snapshot snapshot(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException;

  /// As [#snapshot(Name, VolumeId, Runnable)], for who leaves the source alone all the time.
  default Snapshot snapshot(Name name, VolumeId source) throws StorageException, IOException {
    return snapshot(name, source, () -> {});
  }

  /// Absent is fine. Volumes made from it live on.
  void delete(SnapshotId id) throws StorageException, IOException;

  /// `NotFound`; `NotReady` when its record cannot be trusted.
  Snapshot get(SnapshotId id) throws StorageException, IOException;

  /// Opens a snapshot for reading. `NotFound`; `NotReady` when its record cannot be trusted;
  /// `InvalidArgument` for a snapshot of a directory.
  SnapshotReader read(SnapshotId id) throws StorageException, IOException;

  /// Snapshots in id order, from just after a token's place. `StaleToken`. Filters that match
  /// nothing give an empty page.
  Snapshots snapshots(SnapshotFilter filter, int max, Optional<String> token)
      throws StorageException, IOException;

  record SnapshotFilter(Optional<SnapshotId> id, Optional<VolumeId> source) {
    public static final SnapshotFilter ALL = new SnapshotFilter(Optional.empty(), Optional.empty());

    /// What is kept beside what a CO made shows itself only to who knows its id.
    public boolean lets(Snapshot snapshot) {
      return (id.isPresent() || !snapshot.id().isKept())
          && id.filter(wanted -> !wanted.equals(snapshot.id())).isEmpty()
          && source.filter(wanted -> !wanted.equals(snapshot.source())).isEmpty();
    }
  }

  /// @param nextToken empty on the last page
  record Snapshots(List<Snapshot> entries, Optional<String> nextToken) {}

  /// @param nextToken empty on the last page
  record Page(List<Listed> entries, Optional<String> nextToken) {}

  /// @param volume empty for a volume whose record cannot be trusted
  record Listed(VolumeId id, long capacityBytes, Optional<Volume> volume) {}

  record Capacity(long availableBytes, long minimumVolumeBytes, long maximumVolumeBytes) {
    public static final Capacity NONE = new Capacity(0, 0, 0);
  }

  /// What NodeGetVolumeStats reports.
  sealed interface Usage {
    record Files(
        long totalBytes,
        long usedBytes,
        long availableBytes,
        long totalInodes,
        long usedInodes,
        long availableInodes)
        implements Usage {}

    record Blocks(long totalBytes) implements Usage {}
  }
}
