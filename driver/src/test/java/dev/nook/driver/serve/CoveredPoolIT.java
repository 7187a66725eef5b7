package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.testing.real.RealKernel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests a tmpfs that is mounted over the path of a served pool, and unmounted again.
@RealKernel
class CoveredPoolIT {
  private static final String TEXT = "what the pod wrote";

  @TempDir Path temporary;

  @Test
  void noCallIsAnsweredFromWhatCoversThePool() throws IOException, InterruptedException, PoolHeld {
    try (RealRig rig = new RealRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.start();
      Wired idle = rig.create("idle", Kind.XFS);
      Wired used = rig.create("used", Kind.XFS).stage().publish();
      used.write(TEXT);
      String snapshot = rig.client().snapshot("snap", idle.id()).getSnapshotId();

      run("mount", "-t", "tmpfs", "over", rig.pool().toString());
      try {
        refused(idle::delete);
        refused(idle::stage);
        refused(() -> rig.client().deleteSnapshot(snapshot));
        refused(() -> rig.client().snapshot("other", idle.id()));
        refused(() -> rig.create("idle", Kind.XFS));
        refused(() -> rig.create("new", Kind.XFS));
        refused(used::expand);
        refused(used::totalBytes);
        while (!rig.get("/readyz").body().contains("pool default is closed")) {
          Thread.sleep(50);
        }
        refused(idle::delete);
        assertThat(rig.pool()).isEmptyDirectory();
        assertThat(used.read(TEXT.length())).isEqualTo(TEXT);
        used.unpublish().unstage();
      } finally {
        run("umount", rig.pool().toString());
      }

      awaitOpen(rig);
      rig.restart();
      assertThat(rig.listed()).containsExactlyInAnyOrder(idle.id(), used.id());
      assertThat(used.stage().publish().read(TEXT.length())).isEqualTo(TEXT);
      used.unpublish().unstage().delete();
      rig.client().deleteSnapshot(snapshot);
      idle.delete();
      assertThat(rig.listed()).isEmpty();
    }
  }

  private static void awaitOpen(Rig rig) throws IOException, InterruptedException {
    while (rig.listed().isEmpty()) {
      Thread.sleep(50);
    }
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
              assertThat(e.getMessage()).contains("something else is mounted over");
            });
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
