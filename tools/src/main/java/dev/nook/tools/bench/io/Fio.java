package dev.nook.tools.bench.io;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs the distribution's fio on one file or device at a time.
public final class Fio {
  private static final String TOOL = "fio";
  private static final Duration SPARE = Duration.ofMinutes(2);

  /// Its terse output has bandwidth in KiB/s here, and operations per second next to it (fio(1)).
  private static final String TERSE_VERSION = "3";

  private static final int READ_BANDWIDTH = 6;
  private static final int WRITE_BANDWIDTH = 47;
  private static final double KIB_PER_MIB = 1024;
  private static final int QUICK_BYTES = 4 << 20;
  private static final int QUICK_APPENDED_BYTES = 256 << 10;

  private final long bytes;
  private final Duration length;

  /// @param bytes the size of the file, or of the part of a device that is used
  /// @param length how long each load goes on, in whole seconds; zero: a few MiB of it
  public Fio(long bytes, Duration length) {
    this.bytes = bytes;
    this.length = length;
  }

  /// Throws [Processes.Missing], which names the package, where fio is not installed.
  public static void requireInstalled() throws IOException {
    Path _ = Processes.program(TOOL);
  }

  /// Writes the file once from its beginning to its end, and syncs it.
  void fill(Path file) throws IOException {
    var _ = run(file, List.of("--rw=write", "--bs=1M", "--end_fsync=1"));
  }

  /// Returns what the load reaches in a second, in its unit.
  double measure(IoLoad load, Path file) throws IOException {
    List<String> arguments = new ArrayList<>(load.arguments());
    arguments.addAll(howLong(load));
    String[] fields = run(file, arguments).strip().split(";", -1);
    if (!fields[0].equals(TERSE_VERSION) || fields.length < WRITE_BANDWIDTH + 2) {
      throw new IOException("fio did not answer in version 3 of its terse output");
    }
    int bandwidth = load.reads() ? READ_BANDWIDTH : WRITE_BANDWIDTH;
    return switch (load.unit()) {
      case MIB -> Double.parseDouble(fields[bandwidth]) / KIB_PER_MIB;
      case OPERATIONS -> Double.parseDouble(fields[bandwidth + 1]);
    };
  }

  /// fio counts in whole seconds, so that less than one is given as an amount.
  private List<String> howLong(IoLoad load) {
    return length.isZero()
        ? List.of("--io_size=" + (load.appends() ? QUICK_APPENDED_BYTES : QUICK_BYTES))
        : List.of("--time_based", "--runtime=" + length.toSeconds());
  }

  private String run(Path file, List<String> more) throws IOException {
    Command fio =
        Command.of(
            TOOL,
            "--name=nook",
            "--filename=" + file,
            "--size=" + bytes,
            "--disk_util=0",
            "--minimal",
            "--terse-version=" + TERSE_VERSION);
    return Processes.run(fio.with(more.toArray(String[]::new)).within(length.plus(SPARE))).out();
  }
}
