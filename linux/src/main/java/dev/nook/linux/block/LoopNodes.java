package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Loop devices as `/dev` and sysfs show them. A container's `/dev` lacks the nodes of devices that
/// were made after it started: those are made here.
final class LoopNodes {
  private static final Path DEV = Path.of("/dev");
  private static final Path SYSFS = Path.of("/sys/block");
  private static final int ATTRIBUTE_BYTES = 4096;
  private static final int LOOP_MAJOR = 7;

  private LoopNodes() {}

  static Path node(int number) {
    return DEV.resolve("loop" + number);
  }

  /// `/dev/loopN` of every device that something is attached to, or was a moment ago.
  static List<Path> attached() throws IOException {
    List<Path> nodes = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(SYSFS, "loop*")) {
      for (Path loop : loops) {
        if (Files.exists(loop.resolve("loop"))) {
          nodes.add(DEV.resolve(loop.getFileName()));
        }
      }
    }
    return nodes;
  }

  /// Opens a loop device; empty when the kernel has none by this name. Anything but a loop device
  /// is ENOTTY, before any ioctl could mean something else to it.
  static Optional<Fd> open(Path node, OpenFlag... flags) throws IOException {
    try {
      return Optional.of(verified(openOrMake(node, flags)));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENXIO) || e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Fd openOrMake(Path node, OpenFlag... flags) throws IOException {
    OpenFlag[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = O_NOFOLLOW;
    try {
      return Syscalls.open(node, all);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT) || !make(node)) {
        throw e;
      }
      return Syscalls.open(node, all);
    }
  }

  /// Makes a node that `/dev` lacks; false when the kernel has no such device.
  private static boolean make(Path node) throws IOException {
    Optional<String> number = sysfs(node, "dev");
    if (number.isEmpty() || !DEV.equals(node.getParent())) {
      return false;
    }
    try {
      Syscalls.mknodBlock(node, 0660, DeviceNumber.parse(number.get()));
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    return true;
  }

  private static Fd verified(Fd fd) throws SystemCallException {
    FileStatus status = Syscalls.fstat(fd);
    if (status.isBlockDevice() && DeviceNumber.major(status.rdev()) == LOOP_MAJOR) {
      return fd;
    }
    fd.close();
    throw new SystemCallException("open loop device", fd.toString(), Errno.ENOTTY);
  }

  /// An attribute of a device; empty when there is none, or the device goes away meanwhile.
  static Optional<String> sysfs(Path node, String attribute) throws IOException {
    try (Fd file = Syscalls.open(sysfsOf(node).resolve(attribute), O_RDONLY)) {
      ByteBuffer text = ByteBuffer.allocate(ATTRIBUTE_BYTES);
      while (text.hasRemaining() && Syscalls.pread(file, text, text.position()) > 0) {}
      return Optional.of(new String(text.array(), 0, text.position(), UTF_8).strip());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  static int number(Path node) {
    return Integer.parseInt(String.valueOf(node.getFileName()).substring("loop".length()));
  }

  static Path sysfsOf(Path node) {
    return SYSFS.resolve(String.valueOf(node.getFileName()));
  }
}
