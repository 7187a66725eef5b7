package dev.nook.tools.bench.io;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Table;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures what programs reach on volumes, as shares of what they reach on the filesystem that the
/// pool lies on. Every load goes to all targets in turn, round by round, so that a machine that is
/// busy for a while is so for all of them.
public final class IoBench implements AutoCloseable {
  private final CsiClient client;
  private final LocalFolder folder;
  private final PrintWriter out;
  private final long bytes;
  private final List<IoTarget> targets = new ArrayList<>();
  private final List<LocalVolume> volumes = new ArrayList<>();

  /// @param bytes the size of the file that is read and written in place
  public IoBench(CsiClient client, LocalFolder folder, PrintWriter out, long bytes) {
    this.client = client;
    this.folder = folder;
    this.out = out;
    this.bytes = bytes;
  }

  /// The size of each volume.
  public static long volumeBytes(long bytes) {
    return 2 * bytes + (256L << 20);
  }

  /// Adds a directory that is no volume.
  public void directory(String name, Path directory) throws IOException {
    folder.makeDirectories(directory);
    targets.add(IoTarget.directory(name, directory));
  }

  /// Adds a volume of a class, staged and published.
  public void volume(String name, Csi.VolumeCapability capability, Map<String, String> parameters)
      throws IOException {
    String id = "io-" + volumes.size();
    LocalVolume volume =
        LocalVolume.of(
            client.create(id, volumeBytes(bytes), capability, parameters),
            id,
            capability,
            client,
            folder);
    volume.stage();
    volume.publish();
    volumes.add(volume);
    targets.add(
        capability.hasBlock()
            ? IoTarget.device(name, volume.target())
            : IoTarget.directory(name, volume.target()));
  }

  /// Fills all targets, then prints a table with a row for each load.
  public void run(Fio fio, int rounds) throws IOException {
    for (IoTarget target : targets) {
      fio.fill(target.kept());
    }
    List<String> heads = new ArrayList<>(List.of("LOAD"));
    targets.forEach(target -> heads.add(target.name()));
    Table table = new Table(heads.toArray(String[]::new));
    for (IoLoad load : IoLoad.all()) {
      out.println("  %s, %d rounds".formatted(load.name(), rounds));
      out.flush();
      table.add(row(fio, load, rounds));
    }
    out.println();
    out.print(table);
    out.flush();
  }

  /// Takes the volumes away.
  @Override
  public void close() {
    volumes.forEach(volume -> {
      volume.unpublish();
      volume.unstage();
      volume.delete();
    });
  }

  private String[] row(Fio fio, IoLoad load, int rounds) throws IOException {
    List<List<Double>> reached = new ArrayList<>();
    targets.forEach(_ -> reached.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < targets.size(); i++) {
        reached.get(i).add(reached(fio, load, targets.get(i)));
      }
    }
    double first = median(reached.getFirst());
    List<String> cells = new ArrayList<>(List.of(load.name()));
    cells.add(String.format(Locale.ROOT, "%,.0f %s", first, load.unit()));
    reached.stream()
        .skip(1)
        .forEach(each -> cells.add(String.format(Locale.ROOT, "%.2f", median(each) / first)));
    return cells.toArray(String[]::new);
  }

  private double reached(Fio fio, IoLoad load, IoTarget target) throws IOException {
    if (!load.appends()) {
      return fio.measure(load, target.kept());
    }
    double reached = fio.measure(load, target.appended());
    if (!target.isDevice()) {
      folder.linux().disk().remove(target.appended());
    }
    return reached;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
