package dev.nook.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.serve.ChildRig;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import dev.nook.tools.Nook;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Runs every measurement with small sizes. The times themselves are not checked.
@RealKernel
class BenchIT {
  private static final String TIME = " +[0-9]+[.][0-9]{2} ms";

  private static final String RATIO = " +[0-9]+[.][0-9]";

  @TempDir Path temporary;

  @Test
  void volumesPrintsEveryCallForEachNumberOfCallersAndCreatesBesideOthersAndMkfs()
      throws Exception {
    String printed = bench("volumes");

    for (String type : new String[] {"ext4", "xfs"}) {
      assertThat(printed).contains("A volume's life, " + type);
    }
    for (String call :
        new String[] {
          "CreateVolume",
          "NodeStageVolume",
          "NodePublishVolume",
          "NodeUnpublishVolume",
          "NodeUnstageVolume",
          "DeleteVolume"
        }) {
      for (int callers : new int[] {1, 2, 8}) {
        assertThat(rows(printed, call + " +" + callers + TIME + TIME + " +[0-9]+")).isEqualTo(2);
      }
    }
    for (int callers : new int[] {1, 8}) {
      assertThat(rows(printed, callers + TIME + TIME + " +[0-9]+[.][0-9]")).isEqualTo(1);
    }
    assertThat(rows(printed, "0" + TIME + TIME)).isEqualTo(1);
    assertThat(rows(printed, "100" + TIME + TIME)).isEqualTo(1);
    for (String type : new String[] {"ext4", "xfs"}) {
      String formatted = type + ", [0-9.]+ GiB" + TIME + TIME + " +[0-9]+[.][0-9] +[0-9]+ +[0-9]+";
      assertThat(rows(printed, formatted)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "btrfs"})
  void snapshotsPrintsSizesAndExtentsBesideAFullCopy(String poolType) throws Exception {
    String printed = bench("snapshots", "--fs", poolType);

    String times = " +[0-9]+" + TIME + TIME + TIME + TIME + " +[0-9]+";
    assertThat(rows(printed, "ext4, 1 MiB written" + times)).isEqualTo(1);
    assertThat(rows(printed, "ext4, 16 MiB written" + times)).isEqualTo(1);
    assertThat(rows(printed, "xfs, 16 MiB written" + times)).isEqualTo(1);
    assertThat(rows(printed, "ext4, empty, of [0-9.]+ [GM]iB" + times)).isEqualTo(1);
    assertThat(rows(printed, "block, 1024 pieces" + times)).isEqualTo(1);
  }

  @Test
  void ioPrintsTheFoldersOwnFigureOfEachLoadAndEveryVolumesShareOfIt() throws Exception {
    String printed = bench("io");

    String shares = "( +[0-9]+[.][0-9]{2}){8}";
    assertThat(rows(printed, "(read|write) 1 MiB, sequential +[0-9,]+ MiB/s" + shares))
        .isEqualTo(2);
    assertThat(rows(printed, "(read|write) 4 KiB, random, depth (1|16|64) +[0-9,]+ IOPS" + shares))
        .isEqualTo(6);
    assertThat(rows(printed, "append 4 KiB, fsync each +[0-9,]+ IOPS" + shares)).isEqualTo(1);
  }

  @Test
  void nodePrintsWhatEachCallTookBesideEachNumberOfOthers() throws Exception {
    String printed = bench("node", "--staged", "3,0");

    for (String call :
        new String[] {
          "NodeStageVolume",
          "NodePublishVolume",
          "NodeGetVolumeStats",
          "NodeUnpublishVolume",
          "NodeUnstageVolume",
          "NodeExpandVolume \\(xfs\\)"
        }) {
      for (int beside : new int[] {0, 3}) {
        String counts = " +[1-9][0-9]* +[1-9][0-9]* +[0-9]+ +0";
        assertThat(rows(printed, call + " +" + beside + TIME + TIME + " +[0-9]+[.][0-9]" + counts))
            .as(printed)
            .isEqualTo(1);
      }
    }
  }

  @Test
  void controllerPrintsWhatEachCallTookForEachNumberOfCallersAndSynced() throws Exception {
    String printed = bench("controller", "--callers", "1,3");

    for (String call :
        new String[] {
          "CreateVolume, ext4",
          "DeleteVolume, ext4",
          "CreateVolume, block",
          "DeleteVolume, block",
          "CreateSnapshot, idle",
          "CreateSnapshot, written",
          "DeleteSnapshot"
        }) {
      for (int callers : new int[] {1, 3}) {
        assertThat(rows(printed, call + " +" + callers + TIME + TIME + " +[0-9]+ +[1-9][0-9]*"))
            .as(printed)
            .isEqualTo(1);
      }
    }
  }

  @Test
  void nodePrintsTheCallsOfVolumesThatComeAndGoTogether() throws Exception {
    String printed = bench("node", "--together", "2,4", "--callers", "3", "--dirty", "1");

    for (String call :
        new String[] {
          "NodeStageVolume", "NodePublishVolume", "NodeUnpublishVolume", "NodeUnstageVolume"
        }) {
      for (int volumes : new int[] {2, 4}) {
        assertThat(rows(printed, call + " +" + volumes + TIME + TIME + TIME + RATIO))
            .as(printed)
            .isEqualTo(1);
      }
    }
    for (String way : new String[] {"up", "down"}) {
      assertThat(rows(printed, way + " +[24]" + TIME + RATIO)).as(printed).isEqualTo(2);
    }
  }

  @Test
  void aDriverThatSomethingElseStartsIsMeasuredThroughItsSocket()
      throws ExecutionException, IOException, InterruptedException {
    Path here = temporary.toRealPath();
    var printed = new StringWriter();
    try (ChildRig rig = new ChildRig(here, FileSystemType.XFS);
        ExecutorService bench = Executors.newSingleThreadExecutor()) {
      CommandLine line = Nook.commandLine(Map.of()).setOut(new PrintWriter(printed));
      String[] words = {
        "bench",
        "driver",
        "--endpoint=" + rig.config().endpoint(),
        "--dir=" + here.resolve("bench"),
        "--starts=2",
        "--volumes=2"
      };
      Future<Integer> ended = bench.submit(() -> line.execute(words));
      rig.start();
      while (!ended.isDone() && !printed.toString().contains("answered")) {
        Thread.sleep(10);
      }
      rig.kill();
      rig.start();

      assertThat(ended.get()).as(printed.toString()).isEqualTo(Exit.OK);
      assertThat(printed.toString())
          .containsPattern("^waiting\nanswered [0-9]{16}\nwaiting\nanswered [0-9]{16}\nlived 2\n$");
      assertThat(rig.listed()).isEmpty();
    }
    assertThat(here.resolve("bench")).doesNotExist();
  }

  /// Runs a measurement with small sizes and checks that nothing is left behind.
  private String bench(String... words) throws Exception {
    Path folder = temporary.toRealPath().resolve("bench");
    Leftovers leftovers = Leftovers.since(RealPool.linux(), folder);
    var printed = new StringWriter();
    CommandLine line = Nook.commandLine(Map.of("NOOK_DIR", folder.toString()));
    line.setOut(new PrintWriter(printed));
    line.setErr(new PrintWriter(printed));
    String[] arguments = new String[words.length + 2];
    arguments[0] = "bench";
    System.arraycopy(words, 0, arguments, 1, words.length);
    arguments[words.length + 1] = "--quick";

    assertThat(line.execute(arguments)).as(printed.toString()).isEqualTo(Exit.OK);

    leftovers.assertNone();
    assertThat(Files.exists(folder)).isFalse();
    return printed.toString();
  }

  private static long rows(String printed, String pattern) {
    Pattern row = Pattern.compile(pattern);
    return printed.lines().filter(line -> row.matcher(line).matches()).count();
  }
}
