package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// What a lease on a file says about other users: it covers every loop device in any mount
/// namespace, without asking one.
enum Lease {
  /// Nobody else has the file open; for a reader's lease, nobody for writing.
  TAKEN,

  /// Somebody has it open: a loop device, or a reader or writer of the file itself.
  REFUSED,

  /// The filesystem, or the rights of this process, do not allow leases.
  UNKNOWN;

  /// How long to wait for a short-lived reader.
  private static final Duration GLANCE = Duration.ofMillis(100);

  private static final Duration PAUSE = Duration.ofMillis(2);

  static Lease on(Fd file, OpenFlag access) throws SystemCallException {
    long deadline = System.nanoTime() + (access == O_RDWR ? GLANCE.toNanos() : 0);
    try {
      while (!Syscalls.tryLease(file, access)) {
        if (System.nanoTime() >= deadline) {
          return REFUSED;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      return TAKEN;
    } catch (SystemCallException e) {
      if (e.is(Errno.EINVAL) || e.is(Errno.EACCES) || e.is(Errno.EPERM)) {
        return UNKNOWN;
      }
      throw e;
    }
  }
}
