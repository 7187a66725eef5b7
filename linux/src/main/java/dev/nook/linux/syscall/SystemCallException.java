package dev.nook.linux.syscall;

import java.io.IOException;

/// A system call that the kernel refused: which one, on what, and with which error number
/// ([errno(3)](https://man7.org/linux/man-pages/man3/errno.3.html)).
public final class SystemCallException extends IOException {
  private final Errno errno;

  public SystemCallException(String call, String operand, Errno errno) {
    super("%s %s: %s (%s)".formatted(call, operand, errno.text(), errno));
    this.errno = errno;
  }

  SystemCallException(String call, String operand, int number) {
    super("%s %s: %s".formatted(call, operand, describe(number)));
    this.errno = Errno.of(number);
  }

  private static String describe(int number) {
    Errno errno = Errno.of(number);
    String name = errno == Errno.OTHER ? "errno " + number : errno.name();
    return "%s (%s)".formatted(errno.text(), name);
  }

  public Errno errno() {
    return errno;
  }

  public boolean is(Errno wanted) {
    return errno == wanted;
  }
}
