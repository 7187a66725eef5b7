package dev.nook.driver.serve;

import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A host without a kernel: no root, no device, no mount.
final class FakeRig extends Rig {
  final FakeKernel kernel;
  private final Optional<Path> plugins;

  FakeRig(Path folder, Kind kind) throws IOException {
    this(folder, kind, Optional.empty());
  }

  FakeRig(Path folder, FakeKernel.Options host) throws IOException {
    this(folder, new FakeKernel(folder, host), Optional.empty());
  }

  /// @param plugins where its drivers register with kubelet
  FakeRig(Path folder, Kind kind, Optional<Path> plugins) throws IOException {
    this(folder, new FakeKernel(folder, FakeKernel.Options.on(kind.pool())), plugins);
  }

  private FakeRig(Path folder, FakeKernel kernel, Optional<Path> plugins) throws IOException {
    super(folder, kernel.linux());
    this.kernel = kernel;
    this.plugins = plugins;
    Files.createDirectories(pool());
  }

  @Override
  Optional<Path> register() {
    return plugins;
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
