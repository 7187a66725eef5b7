package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A pool on the fake kernel's host filesystem, or in a pool image on it.
public record FakeGround(FakeKernel kernel, PoolConfig pool, Path folder, Shape shape)
    implements Ground {
  public static FakeGround on(Path root, FileSystemType host, Shape shape) throws IOException {
    return on(root, host, Optional.empty(), shape);
  }

  public static FakeGround on(
      Path root, FileSystemType host, Optional<PoolConfig.Image> image, Shape shape)
      throws IOException {
    FakeKernel kernel = new FakeKernel(root, FakeKernel.Options.on(host));
    PoolConfig pool = PoolConfig.of(PoolName.DEFAULT, root.resolve("pool")).withSize(4L << 30);
    if (image.isEmpty()) {
      Files.createDirectory(pool.path());
    }
    Path folder = Files.createDirectory(root.resolve("shown"));
    return new FakeGround(kernel, image.map(pool::withImage).orElse(pool), folder, shape);
  }

  @Override
  public Linux linux() {
    return kernel.linux();
  }

  @Override
  public Path contentOf(Path path) {
    return kernel.contentOf(path);
  }

  @Override
  public void close() throws IOException {
    if (pool.image().isPresent()) {
      linux().mounts().unmount(pool.path());
      linux().loops().detach(linux().loops().all().getFirst().device());
    }
    kernel.assertNothingLeft();
  }
}
