package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.mount.Mounts;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A node on a fake kernel of its own.
@SuppressWarnings("NullAway.Init")
abstract class FakeNode {
  Path folder;
  FakeKernel kernel;
  Linux linux;
  TestNode node;

  @BeforeEach
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    kernel = new FakeKernel(folder);
    linux = kernel.linux();
    node = TestNode.started(folder, linux);
  }

  @AfterEach
  void stop() {
    node.stop();
  }

  Mounts.Entry onlyAt(Path path) throws IOException {
    assertThat(node.at(path)).hasSize(1);
    return node.at(path).getFirst();
  }
}
