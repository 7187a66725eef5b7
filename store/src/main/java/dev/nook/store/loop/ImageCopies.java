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

/// Prepares crash-consistent, point-in-time copies of images. An image in use is flushed and
/// reflinked, not frozen: its filesystem recovers from its log as after a power cut. A full copy
/// takes time, so it is made only of images that nobody writes.
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

  /// Flushes an image in use, where it can be reflinked: a reflink keeps writers out until it is
  /// done, so it is point-in-time. Refuses an image in use that would have to be copied in full.
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

  /// Returns the devices through which an origin can be written; a snapshot has none.
  private List<Loop> writers(Origin origin) throws IOException {
    return switch (origin.id()) {
      case VolumeId id ->
          Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> devices.of(id, origin.home()));
      case SnapshotId _ -> List.of();
    };
  }

  /// Whether the filesystem of a home is of a type that can share blocks; a single one may lack it.
  static boolean sharesBlocks(Disk disk, Home home) throws IOException {
    return disk.space(home.directory()).type().filter(SHARING::contains).isPresent();
  }

  /// Writes into the image what was written before through a device: by syncing the filesystem on
  /// it, which leaves nothing in the device's own cache, or where none is seen by syncing the
  /// device. A reflink takes what is in the image, whether that is durable or not.
  private void flush(Loop writer) throws IOException {
    Optional<Mounts.Entry> mount = mounts.fileSystemOn(writer);
    if (mount.isPresent()) {
      disk.syncFileSystem(mount.get().mountPoint());
    } else {
      linux.loops().sync(writer.device());
    }
  }
}
