package dev.nook.store.contract;

import dev.nook.store.ground.FakeGrounds;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.InMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class CopiesOnFakeKernelTest extends CopyContract {
  @TempDir(factory = InMemory.class)
  Path root;

  private final FakeGrounds kind;

  CopiesOnFakeKernelTest(FakeGrounds kind) {
    this.kind = kind;
  }

  @Override
  protected Ground ground() throws IOException {
    return kind.on(root);
  }
}
