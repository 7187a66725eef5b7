package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.serve.Rig.Wired;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests what may happen to a volume in use during a long reflink: pods may start and end, and
/// nothing else may happen.
class LongCutTest {
  @TempDir Path temporary;

  private final List<Status.Code> answers = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  @ParameterizedTest
  @EnumSource
  void whileAVolumeIsCopiedPodsComeAndGo(Kind kind) throws Exception {
    try (Rig rig = new FakeRig(temporary.toRealPath(), kind)) {
      // Its kernel is slow to share: everything else happens just before.
      rig.give(Interposed.before(rig.linux, Set.of("reflink", "snapshot"), () -> meanwhile.run()));
      rig.start();
      Wired source = rig.create("source", kind).stage().publish();
      Path other = Files.createDirectories(rig.kubelet().resolve("pod-other")).resolve("target");
      Wired second = new Wired(rig, kind, source.made(), source.staging(), other);
      meanwhile =
          () -> {
            answer(() -> second.publish());
            answer(() -> rig.client().stats(source.id(), second.target()));
            answer(() -> second.unpublish());
            answer(() -> source.stage());
            answer(() -> source.unstage());
            answer(() -> source.expand());
            answer(() -> source.delete());
          };

      String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
      Csi.Volume clone =
          rig.client()
              .copy(
                  "clone",
                  CsiClient.fromVolume(source.id()),
                  0,
                  kind.capability(),
                  kind.parameters());

      var ok = Status.Code.OK;
      var aborted = Status.Code.ABORTED;
      assertThat(answers.subList(0, 7)).containsExactly(ok, ok, ok, ok, aborted, aborted, aborted);
      assertThat(answers.subList(7, 14)).isEqualTo(answers.subList(0, 7));
      rig.client().delete(clone.getVolumeId());
      source.unpublish().unstage().delete();
      rig.client().deleteSnapshot(snapshot);
    }
  }

  private void answer(Runnable call) {
    try {
      call.run();
      answers.add(Status.Code.OK);
    } catch (RuntimeException e) {
      answers.add(Status.fromThrowable(e).getCode());
    }
  }
}
