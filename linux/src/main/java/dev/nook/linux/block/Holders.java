package dev.nook.linux.block;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.MountTable;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds what keeps a block device busy, as far as `/proc` and sysfs show it: processes of other
/// PID namespaces are not visible. Used only when a device cannot be detached.
final class Holders {
  private static final Path PROC = Path.of("/proc");
  private static final int NAMED = 5;

  private final long rdev;
  private final Set<String> found = new LinkedHashSet<>();
  private final Set<String> namespaces = new HashSet<>();

  private Holders(long rdev) {
    this.rdev = rdev;
  }

  /// Returns a text such as "mounted at /mnt, postgres (pid 12)".
  static String of(Path node, long rdev, List<Loop> known) throws IOException {
    Holders holders = new Holders(rdev);
    for (Loop loop : known) {
      if (loop.backingRdev() == rdev) {
        holders.found.add(loop.device() + " (a loop device over it)");
      }
    }
    holders.stacked(LoopNodes.sysfsOf(node).resolve("holders"));
    holders.processes();
    if (holders.found.isEmpty()) {
      return "something that is not visible here";
    }
    return String.join(", ", holders.found.stream().limit(NAMED).toList());
  }

  private void stacked(Path directory) {
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(directory)) {
      devices.forEach(device -> found.add("/dev/" + device.getFileName()));
    } catch (IOException | DirectoryIteratorException _) {
      // The device was removed meanwhile, so it has no holders.
    }
  }

  private void processes() throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        mounts(process);
        descriptors(process);
      }
    }
  }

  private void mounts(Path process) {
    try {
      if (namespaces.add(Syscalls.readlink(process.resolve("ns/mnt")))) {
        for (Mounts.Entry entry : MountTable.of(process)) {
          if (entry.device() == rdev) {
            found.add("mounted at %s for %s".formatted(entry.mountPoint(), name(process)));
          }
        }
      }
    } catch (IOException _) {
      // The process has ended, or may not be examined.
    }
  }

  private void descriptors(Path process) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path fd : open) {
        if (isOurs(fd)) {
          found.add(name(process));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // The process has ended, or may not be examined.
    }
  }

  private boolean isOurs(Path fd) {
    try {
      FileStatus file = Syscalls.stat(fd);
      return file.isBlockDevice() && file.rdev() == rdev;
    } catch (SystemCallException _) {
      return false;
    }
  }

  private static String name(Path process) throws IOException {
    String name = Files.readString(process.resolve("comm")).strip();
    return "%s (pid %s)".formatted(name.replaceAll("[^\\x20-\\x7e]", "?"), process.getFileName());
  }
}
