package dev.nook.tools.bench.io;

import java.util.List;

/// What a program does to its disk, as fio is told it (fio(1)).
///
/// @param reads whether it reads; it writes otherwise
/// @param appends whether it adds to a new file; it uses one that is written all over otherwise
/// @param arguments what fio is told beside the file, its size and how long
record IoLoad(String name, boolean reads, boolean appends, Unit unit, List<String> arguments) {
  /// What is counted in a second.
  enum Unit {
    MIB("MiB/s"),
    OPERATIONS("IOPS");

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// All that is measured.
  static List<IoLoad> all() {
    return List.of(
        direct("write 1 MiB, sequential", false, Unit.MIB, "write", "1M", 8),
        direct("read 1 MiB, sequential", true, Unit.MIB, "read", "1M", 8),
        random(true, 1),
        random(true, 16),
        random(true, 64),
        random(false, 1),
        random(false, 16),
        random(false, 64),
        new IoLoad(
            "append 4 KiB, fsync each",
            false,
            true,
            Unit.OPERATIONS,
            List.of("--rw=write", "--bs=4k", "--ioengine=psync", "--fsync=1", "--fallocate=none")));
  }

  private static IoLoad random(boolean reads, int depth) {
    return direct(
        "%s 4 KiB, random, depth %d".formatted(reads ? "read" : "write", depth),
        reads,
        Unit.OPERATIONS,
        reads ? "randread" : "randwrite",
        "4k",
        depth);
  }

  private static IoLoad direct(
      String name, boolean reads, Unit unit, String pattern, String block, int depth) {
    return new IoLoad(
        name,
        reads,
        false,
        unit,
        List.of(
            "--direct=1",
            "--ioengine=libaio",
            "--randrepeat=0",
            "--norandommap",
            "--rw=" + pattern,
            "--bs=" + block,
            "--iodepth=" + depth));
  }
}
