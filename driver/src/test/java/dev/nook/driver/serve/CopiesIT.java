package dev.nook.driver.serve;

import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Path;

/// The same on real reflinks, subvolumes and filesystems.
@RealKernel
class CopiesIT extends Copies {
  @Override
  Rig rig(Path folder, Kind kind) throws IOException {
    return new RealRig(folder, kind.pool());
  }
}
