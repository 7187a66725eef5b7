package dev.nook.linux.fs.subvolume;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Wakes the kernel thread that frees what deleted subvolumes of a btrfs held. By itself that
/// thread runs after each periodic commit, every half minute.
final class Cleaner {
  /// The longest attribute of sysfs.
  private static final int ATTRIBUTE_BYTES = 4096;

  private Cleaner() {}

  /// Wakes the cleaner. Returns at once where sysfs can be written: writing the label there,
  /// unchanged, wakes the thread that wakes the cleaner. Elsewhere BTRFS_IOC_SYNC does, after it
  /// has waited for all writers' data.
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
