package dev.nook.tools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.linux.Linux;
import dev.nook.testing.real.RealKernel;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a driver may keep of memory, in what can be counted: threads, and live objects.
@RealKernel
class MemoryIT {
  /// The driver's own, as the kernel shortens their names: the pool's, one that serves each socket,
  /// and those that end when nothing has used them for a while.
  private static final Set<String> AT_REST =
      Set.of(
          "nook-events-1",
          "nook-http-1",
          "nook-nested-ben",
          "nook-pool-bench",
          "nook-identity-1",
          "nook-identity-2",
          "loop-status-0",
          "loop-status-1",
          "loop-removal");

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
          "Native Heap Tri",
          "Cleaner-0",
          "process reaper");

  private static final int MOST_THREADS = 27;

  /// Twice what lives after churn, 7.7 MiB without an archive: a leak of a few hundred bytes for
  /// each call would need more calls than these to be seen, one of a message or a thread would not.
  private static final long MOST_LIVE_BYTES = 16L << 20;

  private static final int VOLUMES = 400;
  private static final int CALLERS = 40;

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
              var arguments = place.serve();
              try (var driver = RunningDriver.start(jvm(), place, arguments)) {
                atRest(driver);
                afterChurn(driver);
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

  private static void afterChurn(RunningDriver driver)
      throws ExecutionException, IOException, InterruptedException {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> lives = new ArrayList<>();
      for (int i = 0; i < VOLUMES; i++) {
        String name = "v-" + i;
        lives.add(callers.submit(() -> live(driver.client(), name)));
      }
      for (Future<?> life : lives) {
        var _ = life.get();
      }
    }
    var jvm = new JvmCommands(driver.process().pid());
    String _ = jvm.answer("GC.run");
    assertThat(JvmFigures.of(jvm).heapUsed()).isBetween(1L << 20, MOST_LIVE_BYTES);
  }

  private static void live(CsiClient client, String name) {
    Csi.Volume made = client.create(name, 1L << 20, CsiClient.block(), Map.of());
    client.delete(made.getVolumeId());
  }
}
