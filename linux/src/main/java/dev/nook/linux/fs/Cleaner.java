package dev.nook.linux.fs;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The kernel's thread that gives back what deleted subvolumes of one btrfs held. By itself it runs
/// after each periodic commit, every half minute.
final class Cleaner {
  /// As long as sysfs lets an attribute be.
  private static final int ATTRIBUTE_BYTES = 4096;

  private Cleaner() {}

  /// Returns at once where sysfs can be written: writing a label there, the one that it has, wakes
  /// the thread that wakes the cleaner. Elsewhere BTRFS_IOC_SYNC does, and waits for everybody's
  /// data first.
  static void wake(Fd anyFile) throws SystemCallException {
    Path label = Path.of("/sys/fs/btrfs", BtrfsIoctl.fileSystemId(anyFile).toString(), "label");
    try (Fd fd = Syscalls.open(label, O_RDWR)) {
      ByteBuffer text = ByteBuffer.allocate(ATTRIBUTE_BYTES);
      if (Syscalls.pread(fd, text, 0) == 0) {
        text.put((byte) '\n');
      }
      Syscalls.pwrite(fd, text.flip(), 0);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EROFS) && !e.is(Errno.EACCES) && !e.is(Errno.EPERM)) {
        throw e;
      }
      BtrfsIoctl.syncAndClean(anyFile);
    }
  }
}
