package dev.nook.deploy.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// When each of many objects got where, from one beginning: the first, the half and the last of
/// them.
final class Milestones {
  private final Instant begun;
  private final Map<String, List<Double>> reached = new LinkedHashMap<>();

  Milestones(Instant begun) {
    this.begun = begun;
  }

  void add(String milestone, Instant at) {
    reached
        .computeIfAbsent(milestone, _ -> new ArrayList<>())
        .add(Duration.between(begun, at).toMillis() / 1000.0);
  }

  /// A line for each milestone, in the order in which they were first told.
  @Override
  public String toString() {
    StringBuilder lines = new StringBuilder();
    reached.forEach((milestone, seconds) -> {
      List<Double> sorted = seconds.stream().sorted().toList();
      lines.append(
          String.format(
              Locale.ROOT,
              "  %-28s %4d   first %6.1f s   half %6.1f s   last %6.1f s%n",
              milestone,
              sorted.size(),
              sorted.getFirst(),
              sorted.get(sorted.size() / 2),
              sorted.getLast()));
    });
    return lines.toString();
  }
}
