package dev.nook.tools.bench.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the JVM logs of classes with `-Xlog:class+load,class+init`, decorated with the nanoseconds
/// since its start and the thread: which were loaded, and which were initialized when.
final class ClassLog {
  static final String OPTION = "-Xlog:class+load,class+init:file=%s:uptimenanos,tid";

  private static final Pattern INITIALIZED =
      Pattern.compile("\\[(\\d+)ns]\\[(\\d+)] \\d+ Initializing '([^']+)'.*");
  private static final Pattern LOADED = Pattern.compile("\\[\\d+ns]\\[\\d+] (\\S+) source: (.*)");

  /// The initialization of a class.
  record Moment(long nanos, long thread, String name) {}

  private final List<Moment> moments = new ArrayList<>();
  private final Map<String, Integer> loaded = new HashMap<>();
  private int archived;

  static ClassLog of(Stream<String> lines) {
    var log = new ClassLog();
    lines.forEach(log::read);
    return log;
  }

  private void read(String line) {
    Matcher moment = INITIALIZED.matcher(line);
    Matcher load = LOADED.matcher(line);
    if (moment.matches()) {
      moments.add(
          new Moment(
              Long.parseLong(moment.group(1)),
              Long.parseLong(moment.group(2)),
              moment.group(3).replace('/', '.')));
    } else if (load.matches()) {
      loaded.merge(ClassGroup.of(load.group(1)).orElse(ClassGroup.JDK), 1, Integer::sum);
      archived += load.group(2).startsWith("shared objects file") ? 1 : 0;
    }
  }

  /// Returns when a class was initialized, or the end of the log.
  long at(String name) {
    return moments.stream()
        .filter(moment -> moment.name.equals(name))
        .mapToLong(Moment::nanos)
        .findFirst()
        .orElseGet(() -> moments.getLast().nanos);
  }

  /// Returns the time of each group on the thread of `main`: from each initialization to the next
  /// one there, in favour of the group whose class was the last.
  Map<String, Long> nanosOfMain(long from, long until) {
    long main = moments.getFirst().thread;
    Map<String, Long> nanos = new LinkedHashMap<>();
    long last = from;
    String group = "Nook";
    for (Moment moment : moments) {
      if (moment.thread == main && moment.nanos > from && moment.nanos <= until) {
        nanos.merge(group, moment.nanos - last, Long::sum);
        last = moment.nanos;
        group = ClassGroup.of(moment.name).orElse(group);
      }
    }
    nanos.merge(group, until - last, Long::sum);
    return nanos;
  }

  int initialized(String group) {
    return (int)
        moments.stream()
            .filter(moment -> ClassGroup.of(moment.name).orElse(ClassGroup.JDK).equals(group))
            .count();
  }

  Map<String, Integer> loaded() {
    return Map.copyOf(loaded);
  }

  int archived() {
    return archived;
  }
}
