package dev.nook.tools.quickstart;

import dev.nook.driver.cli.Exit;
import dev.nook.linux.fs.Disk;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Runs work in a folder of its own that leaves nothing behind, whether it ends, fails or is
/// interrupted: a signal interrupts the work once, and the process waits until the folder is
/// cleared.
public final class CleanRun {
  private static final long CLEANUP_SECONDS = 120;

  private final LocalFolder folder;
  private final PrintWriter out;
  private boolean clearing;
  private volatile boolean interrupted;

  private CleanRun(LocalFolder folder, PrintWriter out) {
    this.folder = folder;
    this.out = out;
  }

  /// The work that is done in the folder.
  public interface Work {
    int run(CleanRun run) throws Exception;
  }

  private interface Clearing extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// Runs the work, one run at a time for a folder. Returns the exit code.
  public static int in(LocalFolder folder, PrintWriter out, Work work) throws Exception {
    var run = new CleanRun(folder, out);
    return run.run(() -> work.run(run));
  }

  /// Registers the shutdown hook before the folder exists.
  private int run(Callable<Integer> work) throws Exception {
    var cleared = new CountDownLatch(1);
    Thread here = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  interrupt(here);
                  awaitQuietly(cleared);
                },
                "nook-clean-up"));
    try (Disk.Held lock = folder.take().orElse(null)) {
      if (lock == null) {
        out.println("Another run is using " + folder.root());
        return Exit.HELD;
      }
      return cleared(work);
    } finally {
      cleared.countDown();
    }
  }

  /// A clean-up that fails is told beside what the work itself has thrown, and never in its place.
  private int cleared(Callable<Integer> work) throws Exception {
    try (Clearing _ = this::clear) {
      folder.clear();
      return work.call();
    } catch (Exception e) {
      if (!interrupted || e.getSuppressed().length > 0) {
        throw e;
      }
      out.println("Interrupted; everything was removed again.");
      out.flush();
      return Exit.FAILED;
    }
  }

  private synchronized void interrupt(Thread work) {
    if (!clearing) {
      interrupted = true;
      work.interrupt();
    }
  }

  private void clear() throws IOException {
    endInterrupts();
    folder.clear();
    folder.remove();
  }

  /// Ends interrupts: what runs from here on clears up and must not be cut short.
  synchronized void endInterrupts() {
    clearing = true;
    boolean _ = Thread.interrupted();
  }

  private static void awaitQuietly(CountDownLatch cleared) {
    try {
      boolean _ = cleared.await(CLEANUP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
