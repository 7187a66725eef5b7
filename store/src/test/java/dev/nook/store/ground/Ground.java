package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.store.PoolConfig;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// The ground of a store contract: a kernel, an empty pool on one filesystem, and one shape of
/// volume.
public interface Ground {
  Linux linux();

  PoolConfig pool();

  Shape shape();

  /// An existing directory where volumes can be shown.
  Path folder();

  /// Returns the file in which a pod's reads and writes at a path end.
  Path contentOf(Path path);

  /// Removes what the ground has made; fails when a test left more.
  void close() throws IOException;
}
