package dev.nook.store.contract;

import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGrounds;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@RealKernel
@ParameterizedClass
@EnumSource
class SnapshotsOnRealKernelIT extends SnapshotContract {
  @TempDir Path root;

  private final RealGrounds kind;

  SnapshotsOnRealKernelIT(RealGrounds kind) {
    this.kind = kind;
  }

  @Override
  protected Ground ground() throws IOException {
    return kind.on(root);
  }
}
