package dev.nook.linux.fs.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Reads from sysfs which errors the kernel has met on a mounted filesystem. No device is read.
final class MetErrors {
  private MetErrors() {}

  /// ext4's own count, which its superblock carries on from mount to mount
  /// ([sysfs-fs-ext4](https://docs.kernel.org/admin-guide/ext4.html#sysfs-entries)).
  static Optional<String> ext4(Fd mountPoint) throws IOException {
    Path node = BlockDevice.of(Syscalls.fstat(mountPoint).device()).node();
    String name = Path.of("/dev").relativize(node).toString().replace('/', '!');
    Path count = Path.of("/sys/fs/ext4", name, "errors_count");
    if (!Files.exists(count)) {
      return Optional.empty(); // Of a kernel whose ext4 is not shown in sysfs.
    }
    String errors = attribute(count).strip();
    return errors.equals("0") ? Optional.empty() : Optional.of("ext4 has counted " + errors);
  }

  /// Returns the errors counted for each device since it was added to the filesystem, or since
  /// `btrfs device stats --reset`.
  static Optional<String> btrfs(Fd mountPoint) throws IOException {
    UUID id = BtrfsIoctl.fileSystemId(mountPoint);
    Path devices = Path.of("/sys/fs/btrfs", id.toString(), "devinfo");
    if (!Files.isDirectory(devices)) {
      return Optional.empty(); // Before Linux 5.14.
    }
    StringBuilder all = new StringBuilder();
    for (String device : new KernelDisk().list(devices)) {
      Path statistics = devices.resolve(device).resolve("error_stats");
      if (Files.exists(statistics)) {
        all.append(attribute(statistics));
      }
    }
    return btrfs(all.toString());
  }

  /// @param statistics a line for each kind of error, such as `read_errs 0`
  static Optional<String> btrfs(String statistics) {
    String met =
        statistics
            .lines()
            .filter(line -> line.contains("_errs ") && !line.endsWith(" 0"))
            .distinct()
            .collect(Collectors.joining(", "));
    return met.isEmpty() ? Optional.empty() : Optional.of("btrfs has counted " + met);
  }

  private static String attribute(Path file) throws IOException {
    return new String(PseudoFile.attribute(file), UTF_8);
  }
}
