package dev.nook.testing.real;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The mounts and loop devices that belong to a folder: loop devices of files in it, views of
/// those, mounts below it, mounts and binds of those devices anywhere and, when the folder is a
/// mount point, binds of what lies in it.
///
/// @param loops views after the devices that they show
/// @param mounts in mount order
public record Owned(Linux linux, List<Loop> loops, List<Mounts.Entry> mounts) {
  public static Owned below(Path folder, Linux linux) throws IOException {
    return below(folder, linux, Set.of());
  }

  /// @param labels labels of loop devices that belong to it wherever their files are
  public static Owned below(Path folder, Linux linux, Set<String> labels) throws IOException {
    List<Loop> loops = new ArrayList<>();
    List<Loop> views = new ArrayList<>();
    for (Loop loop : linux.loops().all()) {
      if (labels.contains(loop.label()) || backingFile(loop.device()).startsWith(folder)) {
        loops.add(loop);
      } else if (loop.backingRdev() != 0) {
        views.add(loop);
      }
    }
    for (Loop view : views) {
      if (loops.stream().anyMatch(loop -> loop.rdev() == view.backingRdev())) {
        loops.add(view);
      }
    }
    Set<Long> devices =
        linux.mounts().at(folder).stream().map(Mounts.Entry::device).collect(Collectors.toSet());
    List<Mounts.Entry> mounts =
        linux.mounts().all().stream()
            .filter(entry -> !entry.mountPoint().equals(folder))
            .filter(entry -> devices.contains(entry.device()) || isOf(entry, folder, loops))
            .toList();
    return new Owned(linux, loops, mounts);
  }

  private static boolean isOf(Mounts.Entry entry, Path folder, List<Loop> loops) {
    return entry.mountPoint().startsWith(folder)
        || loops.stream()
            .anyMatch(loop ->
                entry.device() == loop.rdev()
                    || entry.source().equals(loop.device().toString())
                    || entry.root().equals("/" + loop.device().getFileName()));
  }

  /// Returns a loop device's file as sysfs names it, including ` (deleted)`.
  static Path backingFile(Path device) {
    Path file = Path.of("/sys/block", device.getFileName().toString(), "loop/backing_file");
    try {
      return Path.of(Files.readString(file).strip());
    } catch (IOException _) { // ENOENT or ENODEV: it was detached meanwhile.
      return Path.of("/");
    }
  }

  /// Unmounts and detaches all of it, newest first.
  public void takeBack() throws IOException {
    for (Mounts.Entry mount : mounts.reversed()) {
      linux.mounts().unmount(mount.mountPoint());
    }
    for (Loop loop : loops.reversed()) {
      linux.loops().detach(loop.device());
    }
  }
}
