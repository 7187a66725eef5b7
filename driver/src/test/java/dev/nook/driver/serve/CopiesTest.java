package dev.nook.driver.serve;

import java.io.IOException;
import java.nio.file.Path;

/// The driver's whole graph over a kernel that needs no root.
class CopiesTest extends Copies {
  @Override
  Rig rig(Path folder, Kind kind) throws IOException {
    return new FakeRig(folder, kind);
  }
}
