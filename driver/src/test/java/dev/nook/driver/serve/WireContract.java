package dev.nook.driver.serve;

import dev.nook.store.error.PoolHeld;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Rules that are tried through the socket of a driver, each with a host of its own.
abstract class WireContract {
  @TempDir private Path temporary;

  abstract Rig rig(Path folder, Kind kind) throws IOException;

  final Rig started(Kind kind) throws IOException, PoolHeld {
    return rig(temporary.toRealPath(), kind).start();
  }
}
