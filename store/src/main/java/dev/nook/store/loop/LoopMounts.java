package dev.nook.store.loop;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.DeviceNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds the mounts of loop devices: of the filesystem on one, or of its device node.
record LoopMounts(Mounts mounts) {
  private static final int LOOP_MAJOR = 7;

  /// Returns a mount of the filesystem on a device, or of its node, in this namespace or pid 1's.
  Optional<Mounts.Entry> mountOf(Loop loop) throws IOException {
    return mounts.everywhere().stream().filter(mount -> shows(mount, loop)).findFirst();
  }

  /// Returns a mount, in this namespace, of the filesystem on a device.
  Optional<Mounts.Entry> fileSystemOn(Loop loop) throws IOException {
    return mounts.all().stream().filter(mount -> loop.rdev() == mount.device()).findFirst();
  }

  static boolean isOfALoop(Mounts.Entry mount) {
    return DeviceNumber.major(mount.device()) == LOOP_MAJOR || deviceNode(mount).isPresent();
  }

  /// Returns the device of which a mount shows the filesystem, or the node.
  static Optional<Loop> deviceOf(Mounts.Entry mount, List<Loop> devices) {
    Optional<String> node = deviceNode(mount);
    for (Loop loop : devices) {
      if (shows(mount, node, loop)) {
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  private static boolean shows(Mounts.Entry mount, Loop loop) {
    return shows(mount, deviceNode(mount), loop);
  }

  private static boolean shows(Mounts.Entry mount, Optional<String> node, Loop loop) {
    return node.isPresent() ? loop.device().endsWith(node.get()) : loop.rdev() == mount.device();
  }

  /// Returns the name of the loop device whose node a mount shows, as a bind mount of `/dev/loop7`
  /// does.
  private static Optional<String> deviceNode(Mounts.Entry mount) {
    boolean devices = mount.fsType().equals("devtmpfs") || mount.fsType().equals("tmpfs");
    Path name = devices ? Path.of(mount.root()).getFileName() : null;
    return name != null && name.toString().matches("loop[0-9]+")
        ? Optional.of(name.toString())
        : Optional.empty();
  }
}
