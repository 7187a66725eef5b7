package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.health.VolumeFault.Reason;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Compares the image of a volume, its devices and its filesystem with what they should be. Writes
/// nothing, and does not look into raw block volumes.
final class ImageFaults {
  private final Linux linux;
  private final ImageDevices devices;
  private final Home home;
  private final Volume volume;
  private final List<VolumeFault> faults = new ArrayList<>();

  ImageFaults(Linux linux, ImageDevices devices, Home home, Volume volume) {
    this.linux = linux;
    this.devices = devices;
    this.home = home;
    this.volume = volume;
  }

  List<VolumeFault> look(MountView view) throws IOException {
    Optional<Disk.Stat> image = linux.disk().stat(home.image());
    if (image.isEmpty()) {
      add(Reason.CONTENT_MISSING, "its image is not in its pool");
    } else if (image.get().sizeBytes() < volume.capacityBytes()) {
      add(
          Reason.CONTENT_TRUNCATED,
          "its image has %d bytes, but the volume has %d"
              .formatted(image.get().sizeBytes(), volume.capacityBytes()));
    }
    List<Loop> loops = devices.of(volume.id(), home);
    for (Loop loop : loops) {
      lookAt(loop, image);
      if (volume.content() instanceof Content.Formatted formatted) {
        lookAt(formatted, loop, mounts(loop, view));
      }
    }
    if (loops.isEmpty()
        && image.isPresent()
        && volume.content() instanceof Content.Formatted formatted) {
      lookAtUnmounted(formatted);
    }
    return faults;
  }

  private void add(Reason reason, String message) {
    faults.add(new VolumeFault(reason, message));
  }

  private void lookAt(Loop loop, Optional<Disk.Stat> image) {
    if (image.isPresent() && !BackingFiles.isBehind(image.get(), loop)) {
      add(
          Reason.CONTENT_REPLACED,
          loop.device().getFileName() + " shows another file than its image");
    }
    if (!loop.directIo()) {
      add(
          Reason.DIRECT_IO_LOST,
          loop.device().getFileName() + " reads and writes its image through the page cache");
    }
  }

  private static List<Mounts.Entry> mounts(Loop loop, MountView view) {
    return view.here().stream().filter(entry -> entry.device() == loop.rdev()).toList();
  }

  private void lookAt(Content.Formatted formatted, Loop loop, List<Mounts.Entry> mounts)
      throws IOException {
    if (mounts.isEmpty()) {
      return;
    }
    Mounts.Entry mount = mounts.getFirst();
    boolean shutDown = isShutDown(mount);
    if (shutDown) {
      add(
          Reason.FILESYSTEM_SHUT_DOWN,
          "its %s has shut down; end its pods, so that it is mounted again"
              .formatted(type(formatted)));
    } else if (isReadOnly(mounts)) {
      add(
          Reason.FILESYSTEM_READ_ONLY,
          "its %s no longer accepts writes; end its pods, so that it is mounted again"
              .formatted(type(formatted)));
    }
    errors(formatted, loop, shutDown ? Optional.empty() : Optional.of(mount))
        .ifPresent(errors -> add(Reason.FILESYSTEM_ERRORS, errors));
  }

  /// Returns the errors that a mounted filesystem notes, in its superblock, which lies in memory.
  ///
  /// @param mount a mount where the filesystem itself can be asked
  private Optional<String> errors(
      Content.Formatted formatted, Loop loop, Optional<Mounts.Entry> mount) throws IOException {
    ErrorState noted = linux.fileSystems().errors(loop.device(), formatted.shape().type());
    if (noted.isDamage()) {
      return Optional.of("its %s must be checked: %s".formatted(type(formatted), noted));
    }
    return mount.isPresent() && formatted.shape().type() == FileSystemType.XFS
        ? linux.fileSystems().met(mount.get().mountPoint())
        : Optional.empty();
  }

  /// Whether a filesystem has shut down: ext4 says so among its options, and of an XFS not even the
  /// root directory can be read.
  private boolean isShutDown(Mounts.Entry mount) throws IOException {
    if (mount.superFlags().contains("shutdown")) {
      return true;
    }
    try {
      Optional<Disk.Stat> _ = linux.disk().stat(mount.mountPoint());
      return false;
    } catch (SystemCallException e) {
      if (e.is(Errno.EIO)) {
        return true;
      }
      throw e;
    }
  }

  /// Whether a filesystem became read-only by itself. Where that was asked for, each of its mounts
  /// is read-only too.
  private static boolean isReadOnly(List<Mounts.Entry> mounts) {
    List<String> superFlags = mounts.getFirst().superFlags();
    return superFlags.contains("emergency_ro")
        || (superFlags.contains("ro")
            && mounts.stream().anyMatch(mount -> !mount.flags().contains("ro")));
  }

  private void lookAtUnmounted(Content.Formatted formatted) throws IOException {
    Optional<Identity> found = linux.fileSystems().probe(home.image());
    if (!found.equals(Optional.of(new Identity(formatted.shape().type(), formatted.uuid())))) {
      add(
          Reason.CONTENT_REPLACED,
          "its image does not hold the %s that its record names".formatted(type(formatted)));
      return;
    }
    ErrorState noted = linux.fileSystems().errors(home.image(), formatted.shape().type());
    if (noted.isDamage()) {
      add(Reason.FILESYSTEM_DAMAGED, "its %s is damaged: %s".formatted(type(formatted), noted));
    }
  }

  private static String type(Content.Formatted formatted) {
    return formatted.shape().type().toString();
  }
}
