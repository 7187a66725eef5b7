package dev.nook.tools.bench;

import dev.nook.client.Samples;
import dev.nook.tools.bench.DriverCounters.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// What one kind of call took, each time that it was made.
final class CallCosts {
  static final String UNKNOWN = "-";

  private final List<Long> nanos = new ArrayList<>();
  private final List<Reading> counted = new ArrayList<>();

  /// Makes a call and waits until the driver is quiet again.
  void add(Optional<DriverCounters> counters, Runnable call) throws IOException {
    Optional<Reading> before = read(counters);
    long begun = System.nanoTime();
    call.run();
    nanos.add(System.nanoTime() - begun);
    Optional<Reading> after = read(counters);
    if (before.isPresent() && after.isPresent()) {
      counted.add(after.get().since(before.get()));
    }
  }

  private static Optional<Reading> read(Optional<DriverCounters> counters) throws IOException {
    return counters.isEmpty() ? Optional.empty() : Optional.of(counters.get().whenQuiet());
  }

  Samples times() {
    return Samples.of(nanos);
  }

  /// The median of a count.
  String median(ToLongFunction<Reading> count) {
    return percentile(count, 50);
  }

  /// The largest count.
  String most(ToLongFunction<Reading> count) {
    return percentile(count, 100);
  }

  private String percentile(ToLongFunction<Reading> count, int percent) {
    return counted.isEmpty()
        ? UNKNOWN
        : Long.toString(
            Samples.of(counted.stream().map(count::applyAsLong).toList()).percentile(percent));
  }
}
