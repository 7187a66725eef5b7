package dev.nook.tools.bench.process;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// What of a JVM's memory is resident at one moment, by what it is there for: every mapping is of
/// one kind, so that the kinds add up to what the kernel says of the process.
record MemoryReading(Map<MemoryKind, Resident> kinds, JvmFigures figures) {
  /// Bytes of one or more mappings, as proc_pid_smaps(5) counts them.
  ///
  /// @param rss all that is resident, shared or not
  /// @param pss the same, where each shared page counts in parts
  /// @param anonymous what has no file behind it, and so cannot be dropped; with the dirty pages of
  ///   files it is what a container's limit kills for
  record Resident(long rss, long pss, long anonymous) {
    static final Resident NONE = new Resident(0, 0, 0);

    Resident plus(Resident more) {
      return new Resident(rss + more.rss, pss + more.pss, anonymous + more.anonymous);
    }
  }

  /// Reads a JVM that was started with [JvmFigures#OPTIONS].
  static MemoryReading of(long pid) throws IOException {
    var jvm = new JvmCommands(pid);
    var figures = JvmFigures.of(jvm);
    return of(jvm.answer("System.map"), new ProcessStatus(pid).mappings(), figures);
  }

  static MemoryReading of(
      String systemMap, List<ProcessStatus.Mapping> mappings, JvmFigures figures) {
    NavigableMap<Long, MemoryKind> known = known(systemMap);
    Map<MemoryKind, Resident> kinds = new EnumMap<>(MemoryKind.class);
    for (ProcessStatus.Mapping mapping : mappings) {
      var kind = known.floorEntry(mapping.start());
      kinds.merge(
          kind == null ? MemoryKind.OTHER : kind.getValue(), mapping.resident(), Resident::plus);
    }
    return new MemoryReading(kinds, figures);
  }

  /// Where each mapping begins, and its kind.
  private static NavigableMap<Long, MemoryKind> known(String systemMap) {
    NavigableMap<Long, MemoryKind> known = new TreeMap<>();
    systemMap
        .lines()
        .filter(line -> line.startsWith("0x"))
        .map(line -> line.split(" +", 9))
        .forEach(columns -> {
          long start = Long.parseUnsignedLong(columns[0].substring(2, columns[0].indexOf('-')), 16);
          String info = columns[7].equals("-") ? "" : columns[7];
          known.put(start, MemoryKind.of(info, columns[8].strip()));
        });
    return known;
  }

  Resident of(MemoryKind kind) {
    return kinds.getOrDefault(kind, Resident.NONE);
  }

  long total(ToLongFunction<Resident> part) {
    return kinds.values().stream().mapToLong(part).sum();
  }
}
