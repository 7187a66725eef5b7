package dev.nook.tools.bench.process;

import dev.nook.tools.bench.GrowingTable;
import dev.nook.tools.bench.process.MemoryReading.Resident;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Readings of memory side by side, in MiB: a row for what it is for, a column for each reading.
final class MemoryTable {
  private static final int NAME_WIDTH = 32;

  private final Map<String, MemoryReading> readings = new LinkedHashMap<>();

  void add(String when, MemoryReading reading) {
    readings.put(when, reading);
  }

  void print(PrintWriter out) {
    out.println();
    var table = new GrowingTable(out, NAME_WIDTH, row("RESIDENT, MIB", Map.Entry::getKey));
    for (MemoryKind kind : MemoryKind.values()) {
      table.add(bytes(kind.words(), reading -> reading.of(kind).rss()));
    }
    table.add(bytes("all (RSS)", reading -> reading.total(Resident::rss)));
    table.add(bytes("shared pages in parts (PSS)", reading -> reading.total(Resident::pss)));
    table.add(bytes("anonymous", reading -> reading.total(Resident::anonymous)));
    table.add(
        bytes("  of the class archive", reading -> reading.of(MemoryKind.ARCHIVE).anonymous()));
    out.println();
    var jvm = new GrowingTable(out, NAME_WIDTH, row("AS THE JVM COUNTS", Map.Entry::getKey));
    jvm.add(row("threads", entry -> Long.toString(entry.getValue().figures().threads())));
    jvm.add(bytes("heap, used", reading -> reading.figures().heapUsed()));
    jvm.add(bytes("heap, committed", reading -> reading.figures().heapCommitted()));
    jvm.add(bytes("metaspace, used", reading -> reading.figures().metaspace()));
    jvm.add(bytes("code cache, used", reading -> reading.figures().code()));
    jvm.add(bytes("malloc, the JVM's", reading -> reading.figures().malloc()));
    jvm.add(bytes("  direct buffers, Netty's arenas", reading -> reading.figures().direct()));
  }

  private String[] bytes(String name, ToLongFunction<MemoryReading> bytes) {
    return row(name, entry -> mebibytes(bytes.applyAsLong(entry.getValue())));
  }

  private String[] row(String name, Function<Map.Entry<String, MemoryReading>, String> cell) {
    String[] cells = new String[1 + readings.size()];
    cells[0] = name;
    int column = 1;
    for (var entry : readings.entrySet()) {
      cells[column++] = cell.apply(entry);
    }
    return cells;
  }

  static String mebibytes(long bytes) {
    return "%.1f".formatted(bytes / 1048576.0);
  }
}
