package dev.nook.linux.mount;

import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds what keeps a mount busy, as far as `/proc` shows it: processes of other PID namespaces are
/// not visible. Used only when an unmount fails.
final class MountHolders {
  private static final Path PROC = Path.of("/proc");
  private static final int NAMED = 5;

  private final Mounts.Entry mount;
  private final Set<String> found = new LinkedHashSet<>();

  private MountHolders(Mounts.Entry mount) {
    this.mount = mount;
  }

  /// Returns a text such as "a mount at /mnt/below, postgres (pid 12)".
  static String of(Path mountPoint, List<Mounts.Entry> all) throws IOException {
    Set<String> found = new LinkedHashSet<>();
    for (Mounts.Entry mount : all) {
      if (mount.mountPoint().equals(mountPoint)) {
        MountHolders holders = new MountHolders(mount);
        holders.mountsBelow(all);
        holders.processes();
        found = holders.found;
      }
    }
    return found.isEmpty()
        ? "something that is not visible here"
        : String.join(", ", found.stream().limit(NAMED).toList());
  }

  private void mountsBelow(List<Mounts.Entry> all) {
    for (Mounts.Entry other : all) {
      if (other.parentId() == mount.id()) {
        found.add("a mount at " + other.mountPoint());
      }
    }
  }

  private void processes() throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (isIn(process, "cwd") || isIn(process, "root") || hasOpen(process)) {
          found.add(name(process));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private boolean isIn(Path process, String link) {
    try {
      return Path.of(Syscalls.readlink(process.resolve(link))).startsWith(mount.mountPoint());
    } catch (SystemCallException _) {
      return false; // The process has ended, or may not be examined.
    }
  }

  /// Whether a process has the mount open; a mount's number is the same in every namespace.
  private boolean hasOpen(Path process) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fdinfo"))) {
      for (Path fd : open) {
        if (Files.readString(fd).contains("mnt_id:\t%d\n".formatted(mount.id()))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException _) {
      return false; // The process has ended, or may not be examined.
    }
  }

  private static String name(Path process) {
    String name;
    try {
      name = Files.readString(process.resolve("comm")).strip().replaceAll("[^\\x20-\\x7e]", "?");
    } catch (IOException _) {
      name = "a process that has ended";
    }
    return "%s (pid %s)".formatted(name, process.getFileName());
  }
}
