package dev.nook.testing;

import dev.nook.linux.fs.Disk;
import java.util.Objects;

/// A lock of the fake kernel; its file stays open, and so its mount busy, until it is closed.
final class Lock implements Disk.Held {
  private final FakeKernel kernel;
  private final long inode;
  private final Descriptor descriptor;

  Lock(FakeKernel kernel, long inode) {
    this.kernel = kernel;
    this.inode = inode;
    this.descriptor = Objects.requireNonNull(kernel.locks.get(inode));
  }

  /// A lock from before a reboot holds nothing any more.
  @Override
  public void close() {
    synchronized (kernel) {
      kernel.locks.remove(inode, descriptor);
      descriptor.close();
    }
  }
}
