package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.Main;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests a driver that is killed at any moment of a repair.
@RealKernel
class RepairKillsIT {
  private static final String TEXT = "what the pod wrote";
  private static final int KILLS = 4;
  private static final int MOST_MILLIS = 500;

  @TempDir Path temporary;

  private final StringWriter said = new StringWriter();

  @Test
  void theVolumeIsWholeAndTheNextRepairMendsIt()
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS);
        ExecutorService administrator = Executors.newSingleThreadExecutor()) {
      // Where the driver makes temporary files, a checker runs as a user of its own.
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
      rig.start();
      Wired volume = rig.create("v", Kind.EXT4).stage().publish();
      volume.write(TEXT);
      volume.unpublish().unstage();
      Random moments = new Random(7);
      for (int i = 0; i < KILLS; i++) {
        damage(rig, volume);
        Future<Integer> repair = administrator.submit(() -> nook(rig, "repair", volume));
        Thread.sleep(moments.nextInt(MOST_MILLIS));
        rig.kill();
        assertThat(repair.get()).as(said.toString()).isIn(Exit.OK, Exit.FAILED, Exit.HOST);
        rig.start();

        assertThat(rig.pool().resolve("staging")).isEmptyDirectory();
        assertThat(nook(rig, "repair", volume)).as(said.toString()).isEqualTo(Exit.OK);
        volume.stage().publish();
        assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
        volume.unpublish().unstage();
        assertThat(nook(rig, "forget", volume)).as(said.toString()).isEqualTo(Exit.OK);
      }
      volume.delete();
      assertThat(rig.pool().resolve("volumes")).isEmptyDirectory();
      assertThat(rig.pool().resolve("snapshots")).isEmptyDirectory();
    }
  }

  private static void damage(ChildRig rig, Wired volume) throws IOException {
    Path image = new Layout(rig.pool()).volume(new VolumeId(volume.id())).image();
    for (String change : new String[] {"state 2", "free_inodes_count 7"}) {
      Processes.run(
          Command.of("debugfs", "-w", "-R", "set_super_value " + change, image.toString()));
    }
  }

  private int nook(ChildRig rig, String command, Wired volume) {
    return Main.commandLine(Map.of())
        .setOut(new PrintWriter(said, true))
        .setErr(new PrintWriter(said, true))
        .execute(
            "volume",
            command,
            volume.id(),
            "--endpoint",
            "unix://" + rig.config().endpoint().socket());
  }
}
