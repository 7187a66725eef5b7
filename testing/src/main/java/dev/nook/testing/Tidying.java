package dev.nook.testing;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Takes back what a test has mounted below its folder and attached under its label, newest first,
/// so that one that failed halfway leaves the host as it was.
public final class Tidying {
  private Tidying() {}

  public static void below(Path folder, Linux linux, String label) throws IOException {
    List<Mounts.Entry> mounts =
        linux.mounts().all().stream()
            .filter(entry -> entry.mountPoint().startsWith(folder))
            .filter(entry -> !entry.mountPoint().equals(folder))
            .toList();
    for (Mounts.Entry entry : mounts.reversed()) {
      linux.mounts().unmount(entry.mountPoint());
    }
    // A view holds the device below it, and was attached after it.
    List<Loop> views =
        linux.loops().all().stream().filter(loop -> loop.backingRdev() != 0).toList();
    for (Loop view : views) {
      detach(linux, view, label);
    }
    for (Loop loop : linux.loops().all()) {
      detach(linux, loop, label);
    }
  }

  private static void detach(Linux linux, Loop loop, String label) throws IOException {
    if (loop.label().equals(label)) {
      linux.loops().detach(loop.device());
    }
  }
}
