package dev.nook.testing.fake;

import dev.nook.linux.fs.Disk;
import java.io.IOException;

/// A lock of the fake kernel; its file stays open, and so its mount busy, until it is closed.
final class Lock implements Disk.Held {
  private final FakeKernel kernel;
  private final Disk.Held real;
  private final Descriptor descriptor;
  private final Disk.Location location;
  private boolean closed;

  Lock(FakeKernel kernel, Disk.Held real, Descriptor descriptor, Disk.Location location) {
    this.kernel = kernel;
    this.real = real;
    this.descriptor = descriptor;
    this.location = location;
    kernel.locks.add(this);
  }

  @Override
  public Disk.Location location() {
    return location;
  }

  /// Releases the lock; one from before a reboot is released already.
  @Override
  public void close() throws IOException {
    synchronized (kernel) {
      if (!closed) {
        closed = true;
        kernel.locks.remove(this);
        descriptor.close();
        real.close();
      }
    }
  }
}
