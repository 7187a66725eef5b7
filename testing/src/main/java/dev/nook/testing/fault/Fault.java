package dev.nook.testing.fault;

import dev.nook.linux.syscall.Errno;
import java.util.Optional;

/// What fails at a call.
public enum Fault {
  /// The call fails and does nothing.
  EIO(Optional.of(Errno.EIO), false),
  ENOSPC(Optional.of(Errno.ENOSPC), false),

  /// This call and every later one fail and do nothing.
  EIO_FROM_HERE(Optional.of(Errno.EIO), true),
  ENOSPC_FROM_HERE(Optional.of(Errno.ENOSPC), true),

  /// The process dies before the kernel does anything.
  CRASH_BEFORE(Optional.empty(), true),

  /// The process dies after the kernel has done everything.
  CRASH_AFTER(Optional.empty(), true);

  final Optional<Errno> errno;
  final boolean persists;

  Fault(Optional<Errno> errno, boolean persists) {
    this.errno = errno;
    this.persists = persists;
  }
}
