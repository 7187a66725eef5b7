package dev.nook.linux.syscall;

import java.nio.file.Path;

/// An open file descriptor, closed once. Whoever opens one closes it in the same method or hands
/// the duty on; nothing else does.
public final class Fd implements AutoCloseable {
  /// A name is for people; a tree can be deep enough that whole paths would fill the memory.
  private static final int LONGEST_NAME = 4096;

  private final int number;
  private final String name;
  private boolean open = true;

  Fd(int number, String name) {
    this.number = number;
    this.name =
        name.length() <= LONGEST_NAME ? name : "…" + name.substring(name.length() - LONGEST_NAME);
  }

  /// The number itself, for an ioctl whose structure carries a descriptor.
  public int number() {
    return number;
  }

  /// The path that leads to exactly this file while it is open, whatever its name has become.
  public Path path() {
    return Path.of("/proc/self/fd/" + number);
  }

  /// The name it was opened by.
  @Override
  public String toString() {
    return name;
  }

  /// close(2) frees the number whatever it answers, so it is never called twice.
  @Override
  public synchronized void close() throws SystemCallException {
    if (open) {
      open = false;
      Syscalls.close(this);
    }
  }
}
