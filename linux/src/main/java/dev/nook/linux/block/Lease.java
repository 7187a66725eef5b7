package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// What a lease on a file says about who else has it open: the one answer that covers every loop
/// device, in whatever mount namespace, without asking one of them.
enum Lease {
  /// Nobody; for a lease by a reader, nobody who writes.
  TAKEN,

  /// Somebody: a loop device, or whoever reads or writes the file itself.
  REFUSED,

  /// The filesystem, or this process's rights, allow no lease.
  UNKNOWN;

  /// How long somebody who only looks into a file may keep it.
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
