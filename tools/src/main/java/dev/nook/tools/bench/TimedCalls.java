package dev.nook.tools.bench;

import dev.nook.client.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// One kind of call, made many times by several callers: each one's time, and that of all together.
final class TimedCalls {
  /// The call number `i`.
  interface Step {
    void take(int i) throws Exception;
  }

  private final String name;
  private final List<Long> nanos = new ArrayList<>();
  private long wallNanos;

  TimedCalls(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void run(ExecutorService callers, int times, Step step)
      throws InterruptedException, ExecutionException {
    List<Callable<Long>> calls =
        IntStream.range(0, times)
            .<Callable<Long>>mapToObj(i -> () -> Samples.nanos(() -> step.take(i)))
            .toList();
    long begun = System.nanoTime();
    List<Future<Long>> ended = callers.invokeAll(calls);
    wallNanos += System.nanoTime() - begun;
    for (Future<Long> call : ended) {
      nanos.add(call.get());
    }
  }

  Samples samples() {
    return Samples.of(nanos);
  }

  /// The time of all callers together, shared out among the calls.
  double nanosEach() {
    return (double) wallNanos / nanos.size();
  }

  double perSecond() {
    return nanos.size() * 1e9 / wallNanos;
  }
}
