package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A descriptor of a mount's root, under a path that leads only to it.
final class FakeHeldMount implements HeldMount {
  private final FakeKernel kernel;
  private final Place root;
  private final Descriptor descriptor;
  private final Path path;

  FakeHeldMount(FakeKernel kernel, Place root) throws IOException {
    this.kernel = kernel;
    this.root = root;
    this.descriptor = kernel.open(root);
    this.path = kernel.table.hold(root);
  }

  @Override
  public Optional<Mounts.Entry> entry() {
    synchronized (kernel) {
      return Optional.of(root.mount().entry());
    }
  }

  @Override
  public FileSystems.Usage usage() throws IOException {
    synchronized (kernel) {
      return FakeFileSystems.usage(kernel, root);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    synchronized (kernel) {
      kernel.table.letGo(path);
      descriptor.close();
    }
  }
}
