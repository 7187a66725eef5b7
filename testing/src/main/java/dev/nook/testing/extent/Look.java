package dev.nook.testing.extent;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.testing.extent.FileBlocks.BLOCK;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Finds what was written to a real file, or punched in it, since somebody looked last.
final class Look {
  private static final int BUFFER_BYTES = 1 << 18;

  private final FileBlocks file;
  private final Fd fd;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final List<Long> written = new ArrayList<>();

  private Look(FileBlocks file, Fd fd) {
    this.file = file;
    this.fd = fd;
  }

  /// Looks at the file of a path; one that is gone is taken as it was.
  static void at(FileBlocks file, Path real) throws IOException {
    try (Fd fd = Syscalls.open(real, O_RDONLY)) {
      at(file, fd);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  static void at(FileBlocks file, Fd fd) throws SystemCallException {
    new Look(file, fd).all();
  }

  private void all() throws SystemCallException {
    long bytes = Syscalls.fstat(fd).sizeBytes();
    long end = FileBlocks.roundUp(bytes);
    file.foundNone(end, Long.MAX_VALUE);
    file.clear(end, Long.MAX_VALUE);
    long at = 0;
    OptionalLong data = Syscalls.seekData(fd, 0);
    while (data.isPresent() && data.getAsLong() < bytes) {
      long begin = data.getAsLong() / BLOCK * BLOCK;
      file.foundNone(at, begin);
      at = FileBlocks.roundUp(Math.min(bytes, Syscalls.seekHole(fd, data.getAsLong())));
      compare(begin, at);
      data = Syscalls.seekData(fd, at);
    }
    file.foundNone(at, end);
    file.written(written);
  }

  private void compare(long from, long to) throws SystemCallException {
    for (long at = from; at < to; at += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, to - at));
      while (buffer.hasRemaining() && Syscalls.pread(fd, buffer, at + buffer.position()) > 0) {}
      buffer.flip();
      for (int block = 0; block < buffer.limit(); block += (int) BLOCK) {
        if (file.isNews(at + block, digest(block))) {
          written.add(at + block);
        }
      }
    }
  }

  private int digest(int block) {
    CRC32C digest = new CRC32C();
    digest.update(buffer.array(), block, Math.min((int) BLOCK, buffer.limit() - block));
    return (int) digest.getValue();
  }
}
