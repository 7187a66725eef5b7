package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.Mounts;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// The life of volumes on real loop devices and mounts.
final class NodeIT extends RealNode {
  private static final List<Shape> FILES = List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE);
  private static final long MIB = 1L << 20;

  @Test
  void theFilesystemThatWasAskedForIsMounted() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4)) {
      Volume volume = node.create("v-" + shape, shape);

      node.publisher.publish(node.publish(volume, "a-" + volume.id()));

      Mounts.Entry shown = top(node.target("a-" + volume.id()));
      assertThat(shown.fsType()).isEqualTo(((Shape.Formatted) shape).type().kernelName());
      assertThat(shown.flags()).contains("nodev");
    }
  }

  @Test
  void dataOutlivesARestartAndAReboot() throws Exception {
    for (Shape shape : FILES) {
      Volume volume = node.create("v-" + shape, shape);
      String name = "a-" + volume.id();
      node.publisher.publish(node.publish(volume, name));
      Files.writeString(node.target(name).resolve("file"), "data");

      restart();
      assertThat(node.target(name).resolve("file")).hasContent("data");
      node.publisher.publish(node.publish(volume, name));
      assertThat(node.at(node.target(name))).hasSize(1);

      reboot(volume);
      assertThat(node.target(name)).isEmptyDirectory();
      node.publisher.publish(node.publish(volume, name));
      assertThat(node.target(name).resolve("file")).hasContent("data");

      node.publisher.unpublish(node.unpublish(volume, name));
      node.stager.unstage(node.unstage(volume));
      node.publisher.publish(node.publish(volume, name));
      assertThat(node.target(name).resolve("file")).hasContent("data");
    }
  }

  @Test
  void aReadOnlyTargetRefusesWrites() throws Exception {
    for (Shape shape : FILES) {
      Volume volume = node.create("v-" + shape, shape);
      Path field = node.target("field-" + volume.id());
      Path mode = node.target("mode-" + volume.id());

      node.publisher.publish(node.publishReadOnly(volume, "field-" + volume.id()));
      node.publisher.publish(
          node.publish(volume, "mode-" + volume.id(), AccessMode.SINGLE_NODE_READER_ONLY));

      assertThatThrownBy(() -> Files.writeString(field.resolve("file"), "x"))
          .hasMessageContaining("Read-only");
      assertThatThrownBy(() -> Files.writeString(mode.resolve("file"), "x"))
          .hasMessageContaining("Read-only");
    }
  }

  @Test
  void aReadOnlyBlockTargetRefusesWritesAndShowsThoseOfAWriter() throws Exception {
    Volume volume = node.create("v", TestNode.RAW, 16 * MIB);
    node.publisher.publish(node.publish(volume, "writer"));
    node.publisher.publish(node.publishReadOnly(volume, "reader"));
    write(node.target("writer"), 0, "first");

    assertThatThrownBy(() -> write(node.target("reader"), 0, "other"))
        .isInstanceOf(IOException.class);

    assertThat(read(node.target("reader"), 5)).isEqualTo("first");
    assertThat(read(node.target("writer"), 5)).isEqualTo("first");
  }

  @Test
  void aWritePastTheEndFails() throws Exception {
    Volume files = node.create("files", TestNode.EXT4, 32 * MIB);
    Volume block = node.create("block", TestNode.RAW, 16 * MIB);
    node.publisher.publish(node.publish(files, "files"));
    node.publisher.publish(node.publish(block, "block"));

    assertThatThrownBy(() -> fill(node.target("files").resolve("file"), 64 * MIB))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThatThrownBy(() -> write(node.target("block"), 16 * MIB, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
  }

  @Test
  void everyFlagOnTheListCanBeStagedAndPublishedAgain() throws Exception {
    List<String> generic =
        List.of(
            "rw",
            "ro",
            "nosuid",
            "nodev",
            "noexec",
            "noatime",
            "nodiratime",
            "relatime",
            "strictatime");
    List<String> own = List.of("sync", "dirsync", "lazytime", "discard", "nodiscard");
    Volume tree = node.create("tree", TestNode.TREE);
    Volume xfs = node.create("xfs", TestNode.XFS);
    Volume ext4 = node.create("ext4", TestNode.EXT4);

    for (String flag : generic) {
      livesTwice(tree, flag);
      livesTwice(xfs, flag);
      livesTwice(ext4, flag);
    }
    for (String flag : own) {
      livesTwice(xfs, flag);
      livesTwice(ext4, flag);
    }
    livesTwice(xfs, "largeio");
    livesTwice(ext4, "commit=30");
  }

  private void livesTwice(Volume volume, String flag) throws Exception {
    var capability = TestNode.mount(AccessMode.SINGLE_NODE_MULTI_WRITER, flag);
    StageVolume stage = node.stage(volume, capability);
    var publish = new PublishVolume(stage, new KubeletPath(node.target("a")), false);

    for (int i = 0; i < 2; i++) {
      node.stager.stage(stage);
      node.publisher.publish(publish);
    }

    assertThat(node.at(node.target("a"))).as(flag).hasSize(1);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
  }

  @Test
  void aMountedFilesystemGrowsAndKeepsItsData() throws Exception {
    Volume volume = node.create("v", TestNode.XFS, 300 * MIB);
    node.publisher.publish(node.publishReadOnly(volume, "reader"));
    Path staging = node.staging(volume.id());
    Files.writeString(staging.resolve("file"), "data");
    long before = total(volume, staging);

    Volume grown = node.expander.expand(node.expand(volume, node.target("reader"), 1024 * MIB));

    assertThat(grown.capacityBytes()).isEqualTo(1024 * MIB);
    assertThat(total(volume, staging)).isGreaterThan(before + 600 * MIB);
    assertThat(node.target("reader").resolve("file")).hasContent("data");
  }

  @Test
  void ext4IsFilledWhenItIsMountedNext() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64 * MIB);
    node.stager.stage(node.stage(volume));
    Path staging = node.staging(volume.id());
    Files.writeString(staging.resolve("file"), "data");
    node.stager.unstage(node.unstage(volume));

    Volume _ = node.volumes.expand(volume, new CapacityRange(256 * MIB, 0));
    node.stager.stage(node.stage(volume));

    assertThat(total(volume, staging)).isGreaterThan(200 * MIB);
    assertThat(staging.resolve("file")).hasContent("data");
  }

  @Test
  void aBlockVolumeGrowsWithItsView() throws Exception {
    Volume volume = node.create("v", TestNode.RAW, 16 * MIB);
    node.publisher.publish(node.publish(volume, "writer"));
    node.publisher.publish(node.publishReadOnly(volume, "reader"));

    Volume _ = node.expander.expand(node.expand(volume, node.target("writer"), 32 * MIB));

    assertThat(loops(volume)).hasSize(2).allMatch(loop -> loop.bytes() == 32 * MIB);
    write(node.target("writer"), 32 * MIB - 4, "last");
    assertThat(node.stats.of(volume.id(), node.target("reader")))
        .isEqualTo(new Usage.Blocks(32 * MIB));
  }

  @Test
  void parallelStagesOfOneVolumeAttachItOnce()
      throws StorageException, IOException, InterruptedException, ExecutionException {
    Volume volume = node.create("v", TestNode.XFS);
    StageVolume stage = node.stage(volume);
    Callable<Boolean> call =
        () -> {
          node.stager.stage(stage);
          return true;
        };

    try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
      for (Future<Boolean> done : threads.invokeAll(Collections.nCopies(64, call))) {
        assertThat(done.get()).isTrue();
      }
    }

    assertThat(loops(volume)).hasSize(1);
    assertThat(node.at(stage.staging().path())).hasSize(1);
  }

  @Test
  void aReaderMountsAFilesystemThatWasCutOff() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4)) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));
      Path file = node.staging(volume.id()).resolve("file");
      try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
        data.writeBytes("data");
        data.getFD().sync();
      }
      Path image = node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
      Path cut = Files.copy(image, folder.resolve("cut-" + volume.id()));
      node.stager.unstage(node.unstage(volume));
      Files.copy(cut, image, StandardCopyOption.REPLACE_EXISTING);

      String name = "reader-" + volume.id();
      node.publisher.publish(node.publish(volume, name, AccessMode.SINGLE_NODE_READER_ONLY));

      assertThat(node.target(name).resolve("file")).hasContent("data");
    }
  }

  private long total(Volume volume, Path path) throws Exception {
    return ((Usage.Files) node.stats.of(volume.id(), path)).totalBytes();
  }

  private static void fill(Path file, long bytes) throws IOException {
    byte[] chunk = new byte[(int) MIB];
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (long written = 0; written < bytes; written += chunk.length) {
        out.write(chunk);
      }
      out.getFD().sync();
    }
  }

  private static void write(Path device, long at, String text) throws IOException {
    try (var out = Files.newByteChannel(device, StandardOpenOption.WRITE)) {
      int _ = out.position(at).write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String read(Path device, int bytes) throws IOException {
    try (var in = Files.newInputStream(device)) {
      return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }
  }
}
