package dev.nook.client;

import java.util.List;
import java.util.Locale;

/// Durations of one call in nanoseconds, sorted.
public record Samples(List<Long> sorted) {
  /// The work that is timed.
  public interface Work {
    void run() throws Exception;
  }

  public static Samples of(List<Long> nanos) {
    return new Samples(nanos.stream().sorted().toList());
  }

  public static long nanos(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return System.nanoTime() - begun;
  }

  /// Returns the smallest duration that this percentage of all do not exceed.
  public long percentile(int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }

  public String text(int percent) {
    return text(percentile(percent));
  }

  /// Returns how many times the other median this one is.
  public String medianOver(Samples other) {
    return String.format(Locale.ROOT, "%.1f", (double) percentile(50) / other.percentile(50));
  }

  public static String text(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }
}
