package dev.nook.tools.bench;

import dev.nook.client.Samples;
import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Templating;
import dev.nook.store.loop.LoopBackend;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Times what makes an image and its filesystem, synced, in the store's own ways: by mkfs, and from
/// a template. Beside it, what a template costs: in how many pieces either lies after its first
/// files.
final class FormatBench {
  private static final int FILES = 200;
  private static final int FILE_BYTES = 64 << 10;

  private final Linux linux;
  private final Backend backend;
  private final Templating templating;
  private final Home template;
  private final Home home;
  private final int rounds;
  private final GrowingTable rows;

  /// @param folder on the filesystem of a pool
  FormatBench(Linux linux, Path folder, PrintWriter out, int rounds) {
    this.linux = linux;
    this.backend = new LoopBackend(new Layout(folder), linux);
    this.templating = backend.templating().orElseThrow();
    this.template = new Home(folder.resolve("formatted"));
    this.home = new Home(folder.resolve("another"));
    this.rounds = rounds;
    out.println();
    out.println(
        "Making an image and its filesystem, thin, %d samples; extents after %d files of %s"
            .formatted(rounds, FILES, Size.text(FILE_BYTES)));
    this.rows =
        new GrowingTable(
            out, 14, "VOLUME", "MKFS", "TEMPLATE", "RATIO", "MKFS EXTENTS", "ITS EXTENTS");
  }

  /// One row. In turn, so that a machine that is busy for a while is so for both.
  void compare(FileSystemType type, long bytes) throws Exception {
    Shape shape = new Shape.Formatted(type, Provisioning.THIN);
    Making mkfs = () -> backend.create(home, shape, bytes);
    Making copy = () -> templating.create(template, home, shape, bytes);
    List<Long> formats = new ArrayList<>();
    List<Long> copies = new ArrayList<>();
    keepTemplate(mkfs);
    for (int round = 0; round < rounds; round++) {
      formats.add(nanos(mkfs));
      copies.add(nanos(copy));
    }
    Samples formatted = Samples.of(formats);
    Samples copied = Samples.of(copies);
    rows.add(
        "%s, %s".formatted(type, Size.text(bytes)),
        formatted.text(50),
        copied.text(50),
        formatted.medianOver(copied),
        Long.toString(extents(mkfs, type)),
        Long.toString(extents(copy, type)));
    linux.disk().removeTree(template.directory());
  }

  private interface Making {
    Content run() throws IOException;
  }

  private void keepTemplate(Making mkfs) throws IOException {
    linux.disk().makeDirectory(home.directory());
    linux.disk().makeDirectory(template.directory());
    Content _ = mkfs.run();
    templating.makeTemplate(home, template);
    linux.disk().removeTree(home.directory());
  }

  private long nanos(Making making) throws Exception {
    linux.disk().makeDirectory(home.directory());
    long nanos =
        Samples.nanos(() -> {
          Content _ = making.run();
        });
    linux.disk().removeTree(home.directory());
    return nanos;
  }

  /// In how many pieces an image lies once it was mounted and the first files are written.
  private long extents(Making making, FileSystemType type) throws IOException {
    linux.disk().makeDirectory(home.directory());
    Content _ = making.run();
    Path shown = home.directory().resolve("shown");
    linux.disk().makeDirectory(shown);
    Path device = linux.loops().attach(attach()).device();
    try (Closeable _ = () -> linux.loops().detach(device)) {
      linux.mounts().mount(device, shown, type, MountFlags.NONE);
      try (Closeable _ = () -> linux.mounts().unmount(shown)) {
        for (int i = 0; i < FILES; i++) {
          linux.disk().write(shown.resolve("file-" + i), new byte[FILE_BYTES]);
        }
      }
    }
    long extents = linux.disk().extents(home.image());
    linux.disk().removeTree(home.directory());
    return extents;
  }

  private LoopDevices.Attach attach() {
    return new LoopDevices.Attach(home.image(), LoopDevices.Access.READ_WRITE, true, "nook-bench");
  }
}
