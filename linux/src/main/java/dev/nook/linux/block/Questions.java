package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks any loop device of the host for its status. LOOP_GET_STATUS64 asks the filesystem of the
/// backing file: if that is gone the call fails with EIO or ENOTCONN, and if its server hangs it
/// does not return; a system call cannot be cancelled.
///
/// So each device is asked on a thread of its own, once for each thing that is attached to it: a
/// device that hangs keeps one thread, however many calls there are, and its answer is used when it
/// comes.
final class Questions {
  /// How long to wait for an answer; a healthy device answers in microseconds.
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /// @param sequence the disk sequence number of what is attached
  private record Asked(int number, String sequence) {}

  /// @param at of [System#nanoTime]
  private record Waiting(CompletableFuture<Optional<Shown>> answer, long at) {}

  private final Map<Asked, Waiting> waiting = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("loop-status-", 0).factory());

  /// Returns what a device shows; empty when nothing is attached, untold when the device cannot
  /// tell, or not yet.
  Optional<Shown> ask(int number, String sequence) throws IOException {
    Asked asked = new Asked(number, sequence);
    Waiting mine = waiting.computeIfAbsent(asked, this::begin);
    long left = PATIENCE.toNanos() - (System.nanoTime() - mine.at);
    try {
      Optional<Shown> answer = mine.answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
      waiting.remove(asked, mine);
      return answer;
    } catch (TimeoutException _) {
      return Optional.of(Shown.untold(LoopNodes.backingFile(number)));
    } catch (ExecutionException e) {
      waiting.remove(asked, mine);
      throw new IOException("%s: %s".formatted(LoopNodes.node(number), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Waiting begin(Asked asked) {
    var answer = new CompletableFuture<Optional<Shown>>();
    threads.execute(() -> {
      try {
        answer.complete(status(asked.number));
      } catch (IOException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return new Waiting(answer, System.nanoTime());
  }

  private static Optional<Shown> status(int number) throws IOException {
    Optional<Fd> open = LoopNodes.open(LoopNodes.node(number), O_RDONLY);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    String file = LoopNodes.backingFile(number);
    try (Fd fd = open.get()) {
      return LoopCalls.status(fd).map(status -> status.shown(file));
    } catch (SystemCallException _) {
      return Optional.of(Shown.untold(file));
    }
  }
}
