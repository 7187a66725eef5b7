package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.store.PoolConfig;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// What a store contract runs on: a kernel, an empty pool on one filesystem, one shape of volume.
public interface Ground {
  Linux linux();

  PoolConfig pool();

  Shape shape();

  /// An existing directory where volumes can be shown.
  Path folder();

  /// Where a pod's reads and writes at a path go.
  Path contentOf(Path path);

  /// Takes down what the ground has built; fails when a test left more.
  void close() throws IOException;
}
