package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.testing.extent.Blocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// One filesystem of the fake kernel: the host's, the devices', or one inside an image. Its files
/// lie in a real folder, where they outlive mounts, restarts and reboots.
final class Superblock {
  /// @param device st_dev of what lies in it
  /// @param shared what it held when it was cut from another one, which is charged with it
  /// @param owners the devices of the subvolumes that are charged with it, and how much
  record Subvolume(
      long limitBytes, long device, boolean readOnly, long shared, Map<Long, Long> owners) {}

  private static final long DEVTMPFS = 6;

  final Optional<FileSystemType> type;
  final Optional<UUID> uuid;
  final Path folder;

  /// The blocks that its files have; the files in the real folder stay sparse.
  final Blocks blocks;

  /// Every subvolume by the inode of its directory.
  final Map<Long, Subvolume> subvolumes = new HashMap<>();

  final String fsType;

  /// The device number where there is no device.
  private final long anonymous;

  String source;

  /// The block device that this was mounted from last.
  long rdev;

  boolean quotas;

  /// Whether the kernel has met errors on it.
  boolean metErrors;

  boolean devices;
  private long totalBytes;
  private long availableBytes;

  private Superblock(
      Optional<FileSystemType> type,
      Optional<UUID> uuid,
      Path folder,
      String fsType,
      String source,
      long anonymous) {
    this.type = type;
    this.blocks = Blocks.on(type);
    this.uuid = uuid;
    this.folder = folder;
    this.fsType = fsType;
    this.source = source;
    this.anonymous = anonymous;
  }

  /// The filesystem of all real files; its device number is that of the temporary folder.
  static Superblock ofHost(FileSystemType type, Path anyFolder) throws IOException {
    long device = (Long) Files.getAttribute(anyFolder, "unix:dev");
    Superblock host =
        new Superblock(
            Optional.of(type),
            Optional.empty(),
            Path.of("/"),
            type.kernelName(),
            "/dev/fake",
            device);
    host.quotas = type == FileSystemType.BTRFS;
    return host;
  }

  static Superblock ofDevices(Path folder) {
    Superblock devices =
        new Superblock(
            Optional.empty(), Optional.empty(), folder, "devtmpfs", "devtmpfs", DEVTMPFS);
    devices.devices = true;
    return devices;
  }

  /// Returns a filesystem whose source and block device are those that it is mounted from.
  static Superblock ofImage(Marker marker, Path folder, long anonymous) {
    return new Superblock(
        Optional.of(marker.type()),
        Optional.of(marker.uuid()),
        folder,
        marker.type().kernelName(),
        "",
        anonymous);
  }

  /// Returns the device number that mountinfo shows.
  long device() {
    return rdev == 0 || is(FileSystemType.BTRFS) ? anonymous : rdev;
  }

  /// st_dev of what lies at the top. On btrfs every subvolume, the top one too, has a device number
  /// of its own, which mountinfo does not show.
  long topDevice() {
    return is(FileSystemType.BTRFS) ? anonymous + 1 : device();
  }

  void size(long total, long available) {
    totalBytes = total;
    availableBytes = available;
  }

  long totalBytes() {
    return totalBytes;
  }

  long availableBytes() {
    return Math.max(0, availableBytes - chargedBytes());
  }

  /// Blocks have 4096 bytes.
  long largestFileBytes() {
    return type.map(each -> each.largestFileBytes(4096)).orElse(Long.MAX_VALUE);
  }

  /// Returns the bytes that are not free.
  long chargedBytes() {
    return blocks.takenBytes();
  }

  /// Refuses to take more bytes than are free; commits first, as fallocate(2) does on btrfs.
  void require(long bytes, String call, Path path) throws SystemCallException {
    if (bytes > availableBytes()) {
      blocks.commit();
    }
    if (bytes > availableBytes()) {
      throw new SystemCallException(call, path.toString(), Errno.ENOSPC);
    }
  }

  boolean is(FileSystemType wanted) {
    return type.filter(wanted::equals).isPresent();
  }

  boolean reflinks() {
    return is(FileSystemType.XFS) || is(FileSystemType.BTRFS);
  }
}
