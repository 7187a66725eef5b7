package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.store.error.PoolHeld;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `--max-volumes @FILE` promises of a running driver.
class VolumeLimitTest {
  @TempDir Path temporary;

  @Test
  void aChangedFileIsWhatKubeletIsToldAndWhatStagingIsHeldTo() throws IOException, PoolHeld {
    Path file = Files.writeString(temporary.resolve("max-volumes"), "3\n");
    try (FakeRig rig = new FakeRig(temporary.toRealPath(), Kind.EXT4)) {
      rig.limit(new VolumeLimit.FromFile(file));
      rig.start();
      assertThat(told(rig)).isEqualTo(3);
      Rig.Wired first = rig.create("first", Kind.EXT4).stage();
      Rig.Wired second = rig.create("second", Kind.EXT4);

      Files.writeString(file, "1\n");

      assertThat(told(rig)).isEqualTo(1);
      Conformance.assertCode(Status.Code.RESOURCE_EXHAUSTED, second::stage);
      first.stage();

      Files.writeString(file, "2\n");

      assertThat(told(rig)).isEqualTo(2);
      second.stage().unstage();
      first.unstage();
    }
  }

  @Test
  void aFileThatIsNotThereKeepsTheDriverFromStarting() throws IOException {
    Path file = temporary.resolve("max-volumes");
    try (FakeRig rig = new FakeRig(temporary.toRealPath(), Kind.EXT4)) {
      rig.limit(new VolumeLimit.FromFile(file));

      assertThatThrownBy(rig::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  private static long told(Rig rig) {
    return rig.client()
        .node()
        .nodeGetInfo(Csi.NodeGetInfoRequest.getDefaultInstance())
        .getMaxVolumesPerNode();
  }
}
