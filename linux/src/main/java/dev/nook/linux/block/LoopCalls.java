package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/// The ioctls of [loop(4)](https://man7.org/linux/man-pages/man4/loop.4.html), each on a descriptor
/// that is known to be a loop device.
final class LoopCalls {
  private static final long LOOP_CLR_FD = 0x4C01;
  private static final long LOOP_SET_STATUS64 = 0x4C04;
  private static final long LOOP_GET_STATUS64 = 0x4C05;
  private static final long LOOP_SET_CAPACITY = 0x4C07;
  private static final long LOOP_CONFIGURE = 0x4C0A;
  private static final long LOOP_SET_DIRECT_IO = 0x4C08;
  private static final long LOOP_CTL_ADD = 0x4C80;
  private static final long LOOP_CTL_REMOVE = 0x4C81;
  private static final long LOOP_CTL_GET_FREE = 0x4C82;
  private static final long BLKSSZGET = 0x1268;
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKGETDISKSEQ = 0x80081280L;
  private static final Path CONTROL = Path.of("/dev/loop-control");

  private LoopCalls() {}

  /// Returns a number that was free a moment ago; the kernel makes a device for it if there is
  /// none.
  static int free() throws SystemCallException {
    try (Fd control = Syscalls.open(CONTROL, O_RDWR)) {
      return Syscalls.ioctl("LOOP_CTL_GET_FREE", control, LOOP_CTL_GET_FREE, 0);
    }
  }

  /// Makes a device with this number; returns false when it exists.
  static boolean add(int number) throws SystemCallException {
    try (Fd control = Syscalls.open(CONTROL, O_RDWR)) {
      Syscalls.ioctl("LOOP_CTL_ADD", control, LOOP_CTL_ADD, number);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw e;
    }
  }

  /// Removes a free device with all its settings; the number can be made again. Does nothing when
  /// the device is used or already removed.
  static void remove(int number) throws SystemCallException {
    try (Fd control = Syscalls.open(CONTROL, O_RDWR)) {
      Syscalls.ioctl("LOOP_CTL_REMOVE", control, LOOP_CTL_REMOVE, number);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EBUSY) && !e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  static void configure(Fd device, byte[] configuration) throws SystemCallException {
    Syscalls.ioctl("LOOP_CONFIGURE", device, LOOP_CONFIGURE, configuration);
  }

  /// Returns the status; empty when nothing is attached.
  static Optional<LoopStatus> status(Fd device) throws SystemCallException {
    byte[] info = new byte[LoopStatus.BYTES];
    try {
      Syscalls.ioctl("LOOP_GET_STATUS64", device, LOOP_GET_STATUS64, info);
      return Optional.of(LoopStatus.of(info));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENXIO)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  static void setStatus(Fd device, byte[] info) throws SystemCallException {
    Syscalls.ioctl("LOOP_SET_STATUS64", device, LOOP_SET_STATUS64, info);
  }

  /// Asks for direct I/O; goes on without where the kernel refuses it (EINVAL).
  static void askForDirectIo(Fd device) throws SystemCallException {
    try {
      Syscalls.ioctl("LOOP_SET_DIRECT_IO", device, LOOP_SET_DIRECT_IO, 1);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }

  static void clear(Fd device) throws SystemCallException {
    Syscalls.ioctl("LOOP_CLR_FD", device, LOOP_CLR_FD, 0);
  }

  static void setCapacity(Fd device) throws SystemCallException {
    Syscalls.ioctl("LOOP_SET_CAPACITY", device, LOOP_SET_CAPACITY, 0);
  }

  static int sectorBytes(Fd device) throws SystemCallException {
    byte[] size = new byte[4];
    Syscalls.ioctl("BLKSSZGET", device, BLKSSZGET, size);
    return ByteBuffer.wrap(size).order(ByteOrder.nativeOrder()).getInt();
  }

  static long bytes(Fd device) throws SystemCallException {
    byte[] size = new byte[8];
    Syscalls.ioctl("BLKGETSIZE64", device, BLKGETSIZE64, size);
    return ByteBuffer.wrap(size).order(ByteOrder.nativeOrder()).getLong();
  }

  /// Returns the disk sequence number as sysfs writes it; empty before Linux 5.15.
  static String sequence(Fd device) throws SystemCallException {
    byte[] sequence = new byte[8];
    try {
      Syscalls.ioctl("BLKGETDISKSEQ", device, BLKGETDISKSEQ, sequence);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOTTY)) {
        return "";
      }
      throw e;
    }
    return Long.toUnsignedString(
        ByteBuffer.wrap(sequence).order(ByteOrder.nativeOrder()).getLong());
  }
}
