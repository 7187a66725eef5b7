package dev.nook.linux.syscall;

import java.lang.ref.Reference;
import java.util.function.LongUnaryOperator;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/// Loads the C library at the first system call, which takes a tenth of a second
/// ([Syscalls#prepare]), and turns a failed call into an exception.
final class Native {
  static final LibC C = LibraryLoader.create(LibC.class).load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(C);

  private Native() {}

  @FunctionalInterface
  interface Call {
    long run();
  }

  /// Makes a call and returns its result. Repeats a call that a signal interrupted, because the
  /// kernel has not begun it.
  static long check(String call, Object operand, Call body) throws SystemCallException {
    while (true) {
      long result = body.run();
      if (result >= 0) {
        return result;
      }
      int errno = errno();
      if (errno != Errno.EINTR.number()) {
        throw new SystemCallException(call, operand.toString(), errno);
      }
    }
  }

  /// Makes a call once, without repeating it.
  static void once(String call, Object operand, Call body) throws SystemCallException {
    if (body.run() < 0) {
      throw new SystemCallException(call, operand.toString(), errno());
    }
  }

  /// Makes a call that takes the address of these bytes.
  static long withCopy(byte[] bytes, LongUnaryOperator call) {
    Pointer copy = Memory.allocateDirect(RUNTIME, bytes.length);
    copy.put(0, bytes, 0, bytes.length);
    try {
      return call.applyAsLong(copy.address());
    } finally {
      Reference.reachabilityFence(copy);
    }
  }

  /// The binding stores errno per thread, in the same native frame that made the call.
  private static int errno() {
    return LastError.getLastError(RUNTIME);
  }
}
