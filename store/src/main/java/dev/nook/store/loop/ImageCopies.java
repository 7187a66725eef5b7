package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.Mounts;
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

/// Prepares copies of images as they are at one moment. What is in use is flushed and shared, never
/// frozen: its filesystem recovers from its log as it does after a power cut. A copy that takes
/// time would mix moments, so it is made only of what nobody writes.
final class ImageCopies {
  private static final Set<FileSystemType> SHARING =
      Set.of(FileSystemType.XFS, FileSystemType.BTRFS);

  private final Linux linux;
  private final Disk disk;
  private final ImageDevices devices;
  private final LoopMounts mounts;

  ImageCopies(Linux linux, ImageDevices devices, LoopMounts mounts) {
    this.linux = linux;
    this.disk = linux.disk();
    this.devices = devices;
    this.mounts = mounts;
  }

  /// Flushes what is in use, where it can be shared: sharing keeps writers out until it is done, so
  /// that a copy of that is of one moment. Refuses it where it would have to be copied.
  ImageCut prepare(Origin origin, Path newImage, Runnable oneMoment)
      throws StorageException, IOException {
    List<Loop> writers = writers(origin);
    ImageCut cut =
        new ImageCut(disk, origin, newImage, writers.stream().map(Loop::device).findFirst());
    if (!writers.isEmpty()) {
      if (!sharesBlocks(disk, origin.home())) {
        throw cut.refused();
      }
      oneMoment.run();
      for (Loop writer : writers) {
        Scope.VOLUME.in(origin.id(), () -> flush(writer));
      }
    }
    return cut;
  }

  /// Nobody writes a snapshot.
  private List<Loop> writers(Origin origin) throws IOException {
    return switch (origin.id()) {
      case VolumeId id ->
          Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> devices.of(id, origin.home()));
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
    Optional<Mounts.Entry> mount = mounts.fileSystemOn(writer);
    if (mount.isPresent()) {
      disk.syncFileSystem(mount.get().mountPoint());
    }
    linux.loops().sync(writer.device());
  }
}
