package dev.nook.deploy.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The calls that the drivers of all nodes have answered since some moment, from their own logs.
record Calls(List<Call> all) {
  private static final Pattern LINE =
      Pattern.compile("time=(\\S+) .* msg=\"(\\w+) ([A-Z_]+) ([0-9.]+) ms.*");

  /// One call: when it was answered, and how long it took.
  record Call(Instant at, String method, String code, double milliseconds) {}

  static Calls since(Instant begun) {
    return new Calls(
        Node.all().stream()
            .flatMap(node -> Driver.on(node).logSince("driver", begun).lines())
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .map(Calls::call)
            .filter(call -> call.at.isAfter(begun))
            .toList());
  }

  private static Call call(Matcher line) {
    return new Call(
        Instant.parse(line.group(1)),
        line.group(2),
        line.group(3),
        Double.parseDouble(line.group(4)));
  }

  List<Call> of(String method) {
    return all.stream().filter(call -> call.method.equals(method)).toList();
  }

  /// The calls that were answered well.
  List<Call> well(String method) {
    return of(method).stream().filter(call -> call.code.equals("OK")).toList();
  }

  /// How long calls of this method took: the median, the 99th percentile and the longest.
  String times(String method) {
    List<Double> sorted = well(method).stream().map(Call::milliseconds).sorted().toList();
    if (sorted.isEmpty()) {
      return "  %-28s none%n".formatted(method);
    }
    return String.format(
        Locale.ROOT,
        "  %-28s %4d   p50 %6.1f ms  p99 %6.1f ms  longest %6.1f ms   not OK: %d%n",
        method,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100)),
        sorted.getLast(),
        of(method).size() - sorted.size());
  }
}
