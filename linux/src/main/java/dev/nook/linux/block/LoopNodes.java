package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Reads loop devices from `/dev` and sysfs. A container's `/dev` lacks the nodes of devices that
/// were made after it started, so those are made here.
final class LoopNodes {
  private static final Path DEV = Path.of("/dev");
  private static final Path SYSFS = Path.of("/sys/block");
  private static final int LOOP_MAJOR = 7;

  /// The unit in which sysfs counts a device's size, whatever its sectors are.
  private static final int SECTOR_BYTES = 512;

  private LoopNodes() {}

  static Path node(int number) {
    return DEV.resolve("loop" + number);
  }

  /// Returns the numbers of all devices to which something is attached, or was a moment ago.
  static List<Integer> attached() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(SYSFS, "loop[0-9]*")) {
      for (Path loop : loops) {
        if (isAttached(number(loop))) {
          numbers.add(number(loop));
        }
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  static boolean isAttached(int number) {
    return Files.exists(sysfsOf(node(number)).resolve("loop"));
  }

  /// Returns the disk sequence number, which changes whenever something else is attached; empty
  /// before Linux 5.15.
  static String sequence(int number) throws IOException {
    return sysfs(node(number), "diskseq").orElse("");
  }

  /// Returns the name of the attached file, followed by ` (deleted)` when it was removed; empty
  /// when nothing is attached.
  static String backingFile(int number) throws IOException {
    return sysfs(node(number), "loop/backing_file").orElse("");
  }

  /// Describes a device from sysfs and what it showed, without asking the backing file.
  static Loop describe(int number, Shown shown) throws IOException {
    Path node = node(number);
    return new Loop(
        node,
        DeviceNumber.parse(sysfs(node, "dev").orElse("0:0")),
        shown.device(),
        shown.inode(),
        shown.rdev(),
        shown.backingFile(),
        Long.parseLong(sysfs(node, "size").orElse("0")) * SECTOR_BYTES,
        is(node, "ro"),
        is(node, "loop/dio"),
        shown.label());
  }

  private static boolean is(Path node, String attribute) throws IOException {
    return sysfs(node, attribute).filter("1"::equals).isPresent();
  }

  /// Whether a path is the node of a loop device that the kernel has; ENOTTY when it is anything
  /// else.
  static boolean isLoop(Path node) throws IOException {
    try {
      require(node.toString(), Syscalls.lstat(node));
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return make(node);
      }
      throw e;
    }
  }

  /// Opens a loop device; empty when the kernel has none of this name. ENOTTY for anything else,
  /// before an ioctl could have another meaning for it.
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

  /// Makes a node that `/dev` lacks; returns false when the kernel has no such device.
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
    try {
      require(fd.toString(), Syscalls.fstat(fd));
      return fd;
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private static void require(String name, FileStatus status) throws SystemCallException {
    if (!status.isBlockDevice() || DeviceNumber.major(status.rdev()) != LOOP_MAJOR) {
      throw new SystemCallException("open loop device", name, Errno.ENOTTY);
    }
  }

  /// Returns an attribute of a device; empty when it has none, or the device is removed meanwhile.
  static Optional<String> sysfs(Path node, String attribute) throws IOException {
    try {
      byte[] text = PseudoFile.attribute(sysfsOf(node).resolve(attribute));
      return Optional.of(new String(text, UTF_8).strip());
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
