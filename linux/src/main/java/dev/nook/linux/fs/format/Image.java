package dev.nook.linux.fs.format;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The head of an image file or block device, as far as its superblock reaches, and its whole size.
record Image(ByteBuffer head, long bytes) {
  static Image read(Path imageOrDevice) throws IOException {
    try (Fd fd = Syscalls.open(imageOrDevice, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      long bytes = size(Syscalls.fstat(fd), imageOrDevice);
      ByteBuffer first = read(fd, Superblock.FIRST_BYTES);
      return new Image(
          Superblock.in(first).isPresent() ? first : read(fd, Superblock.HEAD_BYTES), bytes);
    }
  }

  private static ByteBuffer read(Fd fd, int bytes) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(bytes);
    while (head.hasRemaining() && Syscalls.pread(fd, head, head.position()) > 0) {}
    return head.flip();
  }

  private static long size(FileStatus status, Path file) throws IOException {
    if (status.isFile()) {
      return status.sizeBytes();
    }
    if (status.isBlockDevice()) {
      return BlockDevice.of(status.rdev()).bytes();
    }
    throw new SystemCallException("read", file.toString(), Errno.EINVAL);
  }
}
