package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.Subject;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Copies the image of an origin as it is at one moment. What is in use is flushed and shared,
/// never frozen: its filesystem's own log makes of it what it makes of a power cut. A copy that
/// takes time would mix moments, so it is made only of what nobody writes.
final class Cutting {
  private static final Set<FileSystemType> SHARING =
      Set.of(FileSystemType.XFS, FileSystemType.BTRFS);

  private final Linux linux;
  private final Disk disk;
  private final Witness witness;

  Cutting(Linux linux, Witness witness) {
    this.linux = linux;
    this.disk = linux.disk();
    this.witness = witness;
  }

  /// Not synced. What is in use is shared or not copied at all, and sharing keeps writers out until
  /// it is done: a copy of that is of one moment.
  void cut(Origin origin, Path newImage, Runnable oneMoment) throws StorageException, IOException {
    List<Loop> writers = writers(origin);
    if (!writers.isEmpty() && !sharesBlocks(disk, origin.home())) {
      throw inUse(origin, writers);
    }
    if (!writers.isEmpty()) {
      oneMoment.run();
    }
    for (Loop writer : writers) {
      Scope.VOLUME.in(origin.id(), () -> flush(writer));
    }
    try {
      disk.reflink(origin.home().image(), newImage);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
      if (!writers.isEmpty()) {
        throw inUse(origin, writers);
      }
      disk.copySparse(origin.home().image(), newImage);
    }
  }

  /// Nobody writes a snapshot.
  private List<Loop> writers(Origin origin) throws IOException {
    return switch (origin.id()) {
      case VolumeId id ->
          Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> witness.showing(id, origin.home()));
      case SnapshotId _ -> List.of();
    };
  }

  /// Whether the filesystem of a home is of a kind that shares blocks; one of them may not.
  static boolean sharesBlocks(Disk disk, Home home) throws IOException {
    return disk.space(home.directory()).type().filter(SHARING::contains).isPresent();
  }

  /// What was written before is in the image afterwards: pages of the filesystem first, those of
  /// the device after.
  private void flush(Loop writer) throws IOException {
    Optional<Mounts.Entry> mount = witness.fileSystemOn(writer);
    if (mount.isPresent()) {
      disk.syncFileSystem(mount.get().mountPoint());
    }
    linux.loops().sync(writer.device());
  }

  private static StorageException inUse(Origin origin, List<Loop> writers) {
    return new StorageException.NotReady(
        origin.id(),
        "it is in use (%s), and this pool's filesystem cannot share blocks, so a copy would mix moments; stop its pod, or keep volumes in a pool image (--pool name=path,image=SIZE)"
            .formatted(writers.getFirst().device()));
  }
}
