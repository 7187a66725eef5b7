package dev.nook.linux.fs.disk;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// Copies the data of a file to the same offsets of an empty one, and keeps its holes.
final class SparseCopy {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Fd from;
  private final Fd to;
  private boolean inKernel = true;

  private SparseCopy(Fd from, Fd to) {
    this.from = from;
    this.to = to;
  }

  static void copy(Fd from, Fd to) throws SystemCallException {
    SparseCopy copy = new SparseCopy(from, to);
    long bytes = Syscalls.fstat(from).sizeBytes();
    Syscalls.ftruncate(to, bytes);
    OptionalLong data = Syscalls.seekData(from, 0);
    while (data.isPresent() && data.getAsLong() < bytes) {
      long hole = Math.min(bytes, Syscalls.seekHole(from, data.getAsLong()));
      copy.range(data.getAsLong(), hole);
      data = Syscalls.seekData(from, hole);
    }
  }

  private void range(long begin, long end) throws SystemCallException {
    long at = begin;
    while (at < end) {
      long copied = inKernel ? byKernel(at, end - at) : byHand(at, end - at);
      if (copied == 0 && !inKernel) {
        throw new SystemCallException("copy", from + ", which became shorter", Errno.EIO);
      }
      inKernel &= copied > 0;
      at += copied;
    }
  }

  /// Copies by the kernel; returns 0 where it does not copy between these two files
  /// ([copy_file_range(2)](https://man7.org/linux/man-pages/man2/copy_file_range.2.html)).
  private long byKernel(long at, long bytes) throws SystemCallException {
    try {
      return Syscalls.copyFileRange(from, to, at, bytes);
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case EXDEV, EOPNOTSUPP, EINVAL, ENOSYS -> 0;
        default -> throw e;
      };
    }
  }

  private long byHand(long at, long bytes) throws SystemCallException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, bytes));
    int read = Syscalls.pread(from, buffer, at);
    Syscalls.pwrite(to, buffer.flip(), at);
    return read;
  }
}
