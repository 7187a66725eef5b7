package dev.nook.testing.contract;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.Owned;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;

/// Gives all tests of an invocation one pool image on this host, with one filesystem.
@RealKernel
@ParameterizedClass
abstract class RealKernelGround implements KernelContract {
  private static final AtomicInteger FOLDERS = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private static RealPool pool;

  @SuppressWarnings("NullAway.Init")
  private static Leftovers leftovers;

  private final FileSystemType host;
  private final Linux linux = RealPool.linux();
  private final Path folder = pool.path().resolve("folder" + FOLDERS.incrementAndGet());

  RealKernelGround(FileSystemType host) {
    this.host = host;
  }

  @BeforeParameterizedClassInvocation
  static void makePool(FileSystemType type, @TempDir Path folder) throws IOException {
    leftovers = Leftovers.since(RealPool.linux(), folder, RealPool.LABEL, LABEL);
    pool = RealPool.create(folder, type, 4L << 30);
  }

  @AfterParameterizedClassInvocation
  static void nothingIsLeft() throws IOException {
    pool.close();
    leftovers.assertNone();
  }

  @BeforeEach
  void makeFolder() throws IOException {
    linux.disk().makeDirectory(folder);
  }

  @AfterEach
  void tidy() throws IOException {
    Owned.below(folder, linux).takeBack();
  }

  @Override
  public Linux linux() {
    return linux;
  }

  @Override
  public FileSystemType host() {
    return host;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Path contentOf(Path path) {
    return path;
  }

  @Override
  public Closeable holdOpen(Path path) throws IOException {
    return Syscalls.open(path, OpenFlag.O_RDONLY)::close;
  }
}
