package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A pool that has a whole filesystem of the real kernel.
public record RealGround(
    Linux linux, RealPool disk, Leftovers leftovers, PoolConfig pool, Path folder, Shape shape)
    implements Ground {
  public static RealGround on(Path root, FileSystemType host, Shape shape) throws IOException {
    Linux linux = RealPool.linux();
    RealPool disk = RealPool.create(root, host, 5L << 30);
    PoolConfig pool = PoolConfig.of(PoolName.DEFAULT, disk.path()).withSize(4L << 30);
    Path folder = Files.createDirectory(root.resolve("shown"));
    Leftovers leftovers = Leftovers.since(linux, root);
    return new RealGround(linux, disk, leftovers, pool, folder, shape);
  }

  @Override
  public Path contentOf(Path path) {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      leftovers.assertNone();
    } finally {
      disk.close();
    }
  }
}
