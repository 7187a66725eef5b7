package dev.nook.linux.syscall;

import java.nio.file.Path;

/// An open file descriptor, closed once. Whoever opens one closes it in the same method or hands
/// the duty on; nothing else does.
public final class Fd implements AutoCloseable {
  /// The most characters of a name, which is for messages only: whole paths of deep trees could
  /// fill the memory.
  private static final int LONGEST_NAME = 4096;

  private final int number;
  private final String name;
  private boolean open = true;

  Fd(int number, String name) {
    this.number = number;
    this.name =
        name.length() <= LONGEST_NAME ? name : "…" + name.substring(name.length() - LONGEST_NAME);
  }

  /// Returns the number, for an ioctl whose structure has a descriptor.
  public int number() {
    return number;
  }

  /// Returns a path that leads to this file while it is open, whatever its name is now.
  public Path path() {
    return Path.of("/proc/self/fd/" + number);
  }

  /// Returns the name by which it was opened.
  @Override
  public String toString() {
    return name;
  }

  /// Closes the descriptor, once: close(2) frees the number whatever it returns.
  @Override
  public synchronized void close() throws SystemCallException {
    if (open) {
      open = false;
      Syscalls.close(this);
    }
  }
}
