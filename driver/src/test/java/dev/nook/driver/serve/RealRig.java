package dev.nook.driver.serve;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.format.Capability;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Path;

/// This host, with a pool on a filesystem of its own.
class RealRig extends Rig {
  private static final long BYTES = 4L << 30;

  private final RealPool pool;
  private final Leftovers leftovers;

  RealRig(Path folder, FileSystemType type) throws IOException {
    this(folder, type, RealPool.linux());
  }

  /// @param linux what the driver is given
  RealRig(Path folder, FileSystemType type, Linux linux) throws IOException {
    super(folder, linux);
    pool = RealPool.create(folder, type, BYTES);
    leftovers = Leftovers.since(linux, folder);
  }

  @Override
  Path pool() {
    return pool.path();
  }

  @Override
  Path content(Path path) {
    return path;
  }

  @Override
  void forget() throws IOException {
    pool.forget();
  }

  /// Ends the driver and fails if the filesystem of its pool has an error.
  void checkPool() throws IOException {
    stop();
    pool.check();
  }

  @Override
  boolean growsExt4Online() throws IOException {
    return Capability.SYS_RESOURCE.isEffective();
  }

  @Override
  public void close() throws IOException {
    try (pool) {
      super.close();
      leftovers.assertNone();
    }
  }
}
