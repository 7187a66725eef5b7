package dev.nook.driver.enrol;

import dev.nook.rpc.peer.Renewal;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what is due again and again, for ever, on a thread of its own. A failure is logged, and
/// followed by another try after a longer and longer wait.
public final class RepeatedTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);

  /// What is to be done.
  public interface Task {
    /// Does what is due, and returns how long there is nothing to do.
    Duration run() throws IOException;
  }

  private final String failing;
  private final Task task;
  private final Renewal renewal = new Renewal(new SplittableRandom());
  private final Thread thread;
  private int failures;

  /// @param name the thread's name
  /// @param failing what a failure means, for the log
  public RepeatedTask(String name, String failing, Task task) {
    this.failing = failing;
    this.task = task;
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(turn());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Runs the task once, and returns how long to wait before the next time.
  Duration turn() {
    try {
      Duration wait = task.run();
      failures = 0;
      return wait;
    } catch (IOException | RuntimeException e) {
      failures++;
      Duration wait = renewal.afterFailures(failures);
      LOG.warn("{}, next try in {} ms: {}", failing, wait.toMillis(), e.toString());
      return wait;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
