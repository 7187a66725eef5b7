package dev.nook.tools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.testing.real.RealKernel;
import dev.nook.tools.bench.StagedVolumes;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a driver may keep of memory, in what can be counted: threads, and live objects.
@RealKernel
class MemoryIT {
  /// The driver's own threads, and those of its libraries, as the kernel shortens their names.
  private static final Set<String> AT_REST =
      Set.of(
          "nook-events-1", "nook-http-1", "nook-identity-1", "nook-nested-ben", "nook-pool-bench");

  /// The JVM's, of which some come and go; jffi's cleaner among them.
  private static final Set<String> JVM =
      Set.of(
          "java",
          "main",
          "VM Thread",
          "VM Periodic Tas",
          "Reference Handl",
          "Finalizer",
          "Signal Dispatch",
          "Service Thread",
          "Monitor Deflati",
          "Notification Th",
          "Common-Cleaner",
          "C1 CompilerThre",
          "Attach Listener",
          "Cleaner-0",
          "process reaper");

  private static final int MOST_THREADS = 22;

  /// Twice what lives after churn, 7.7 MiB without an archive: a leak of a few hundred bytes for
  /// each call would need more calls than these to be seen, one of a message or a thread would not.
  private static final long MOST_LIVE_BYTES = 16L << 20;

  private static final int VOLUMES = 40;
  private static final int ROUNDS = 2;

  @TempDir Path temporary;

  @Test
  void aDriverAtRestHasTheseThreadsAndAfterChurnItsHeapIsAsSmall() throws Exception {
    Path here = temporary.toRealPath().resolve("memory");
    var folder = new LocalFolder(Linux.host(), here, List.of(DriverFolder.POOL));
    var said = new PrintWriter(new StringWriter());

    int ended =
        CleanRun.in(
            folder,
            said,
            _ -> {
              var place = DriverFolder.in(folder);
              var arguments = place.serve("image=1Gi,fs=xfs,overcommit=100");
              try (var driver = RunningDriver.start(jvm(), place, arguments)) {
                atRest(driver);
                afterChurn(driver, new StagedVolumes(driver.client(), folder, VOLUMES));
              }
              return 0;
            });

    assertThat(ended).isZero();
  }

  private static Jvm jvm() {
    return Jvm.ofThisProcess().with(List.of(Shipped.OPTIONS)).with(JvmFigures.OPTIONS);
  }

  private static void atRest(RunningDriver driver) throws IOException {
    Set<String> names = new TreeSet<>();
    List<Path> threads = new ProcessStatus(driver.process().pid()).threads();
    for (Path thread : threads) {
      names.add(Files.readString(thread.resolve("comm")).strip());
    }
    names.removeAll(JVM);
    assertThat(names).isSubsetOf(AT_REST);
    assertThat(threads).hasSizeLessThanOrEqualTo(MOST_THREADS);
  }

  private static void afterChurn(RunningDriver driver, StagedVolumes volumes) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      volumes.become(VOLUMES);
      volumes.become(0);
    }
    var jvm = new JvmCommands(driver.process().pid());
    String _ = jvm.answer("GC.run");
    assertThat(JvmFigures.of(jvm).heapUsed()).isBetween(1L << 20, MOST_LIVE_BYTES);
  }
}
