package dev.nook.testing.contract;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.real.Owned;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;

/// Gives each test a fake kernel of its own.
@ParameterizedClass
abstract class FakeKernelGround implements KernelContract {
  private final FileSystemType host;
  private final Path root;
  private final FakeKernel kernel;

  FakeKernelGround(FileSystemType host, @TempDir Path root) {
    this.host = host;
    this.root = root;
    this.kernel = new FakeKernel(root, FakeKernel.Options.on(host));
  }

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectory(folder());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    Owned.below(folder(), linux(), Set.of(LABEL)).takeBack();
    kernel.assertNothingLeft();
  }

  @Override
  public Linux linux() {
    return kernel.linux();
  }

  @Override
  public FileSystemType host() {
    return host;
  }

  @Override
  public Path folder() {
    return root.resolve("folder");
  }

  @Override
  public Path contentOf(Path path) {
    return kernel.contentOf(path);
  }

  @Override
  public Closeable holdOpen(Path path) throws IOException {
    return kernel.holdOpen(path);
  }
}
