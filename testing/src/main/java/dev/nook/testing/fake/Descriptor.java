package dev.nook.testing.fake;

import java.io.Closeable;
import java.util.Optional;

/// An open file: keeps its mount busy, and its loop device when it is one.
final class Descriptor implements Closeable {
  private final FakeKernel kernel;
  private final Mount mount;
  private final Optional<Attached> loop;
  private boolean open = true;

  Descriptor(FakeKernel kernel, Mount mount, Optional<Attached> loop) {
    this.kernel = kernel;
    this.mount = mount;
    this.loop = loop;
    mount.opens++;
    loop.ifPresent(attached -> attached.opens++);
  }

  @Override
  public void close() {
    synchronized (kernel) {
      if (open) {
        open = false;
        mount.opens--;
        loop.ifPresent(attached -> attached.opens--);
      }
    }
  }
}
