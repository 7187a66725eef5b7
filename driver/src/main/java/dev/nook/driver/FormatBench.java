package dev.nook.driver;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Times what makes an image's filesystem: mkfs, as every volume is made, and beside it what a
/// template would take instead, an image that shares the blocks of a formatted one and gets a UUID
/// of its own. Both are synced.
final class FormatBench {
  private final Linux linux;
  private final Path template;
  private final Path image;
  private final int rounds;
  private final Rows rows;

  /// @param folder on the filesystem of a pool
  FormatBench(Linux linux, Path folder, PrintWriter out, int rounds) {
    this.linux = linux;
    this.template = folder.resolve("formatted");
    this.image = folder.resolve("another");
    this.rounds = rounds;
    out.println();
    out.println("Making a filesystem in a sparse image, %d samples".formatted(rounds));
    this.rows = new Rows(out, 22, "VOLUME", "MKFS", "TEMPLATE", "RATIO");
  }

  /// One row. In turn, so that a machine that is busy for a while is so for both.
  void compare(FileSystemType type, long bytes) throws Exception {
    List<Long> formats = new ArrayList<>();
    List<Long> copies = new ArrayList<>();
    format(template, type, bytes);
    for (int round = 0; round < rounds; round++) {
      formats.add(Samples.nanos(() -> format(image, type, bytes)));
      linux.disk().remove(image);
      copies.add(Samples.nanos(() -> copy(type)));
      linux.disk().remove(image);
    }
    linux.disk().remove(template);
    Samples mkfs = Samples.of(formats);
    Samples copy = Samples.of(copies);
    rows.add(
        "%s, %s".formatted(type, Size.text(bytes)),
        mkfs.text(50),
        copy.text(50),
        String.format(Locale.ROOT, "%.1f", (double) mkfs.percentile(50) / copy.percentile(50)));
  }

  private void format(Path file, FileSystemType type, long bytes) throws IOException {
    linux.disk().allocate(file, bytes, Allocation.SPARSE);
    linux.fileSystems().format(file, type, UUID.randomUUID(), Allocation.SPARSE);
    linux.disk().sync(file);
  }

  private void copy(FileSystemType type) throws IOException {
    linux.disk().reflink(template, image);
    linux.fileSystems().renew(image, type, UUID.randomUUID());
    linux.disk().sync(image);
  }
}
