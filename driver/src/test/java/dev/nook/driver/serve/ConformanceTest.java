package dev.nook.driver.serve;

import java.io.IOException;
import java.nio.file.Path;

/// The driver's whole graph over a kernel that needs no root.
class ConformanceTest extends Conformance {
  @Override
  Rig rig(Path folder, Kind kind) throws IOException {
    return new FakeRig(folder, kind);
  }
}
