package dev.nook.driver;

import dev.nook.testing.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The driver's whole graph over a kernel that needs no root.
class ConformanceTest extends Conformance {
  @Override
  Rig rig(Path folder, Kind kind) throws IOException {
    return new FakeRig(folder, new FakeKernel(folder, FakeKernel.Options.on(kind.pool())));
  }

  private static final class FakeRig extends Rig {
    private final FakeKernel kernel;

    FakeRig(Path folder, FakeKernel kernel) throws IOException {
      super(folder, kernel.linux());
      this.kernel = kernel;
      Files.createDirectories(pool());
    }

    @Override
    Path pool() {
      return folder.resolve("pool");
    }

    @Override
    Path content(Path path) throws IOException {
      return kernel.contentOf(path);
    }

    @Override
    void forget() throws IOException {
      kernel.reboot();
    }

    @Override
    boolean growsExt4Online() {
      return true;
    }

    @Override
    public void close() throws IOException {
      super.close();
      kernel.assertNothingLeft();
    }
  }
}
