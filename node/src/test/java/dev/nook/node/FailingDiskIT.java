package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk of which a part cannot be read any more: the file below the pool's loop device ends
/// there, and the kernel answers EIO for what lay behind. Writes there would make the file longer
/// again.
@RealKernel
@SuppressWarnings("NullAway.Init")
final class FailingDiskIT {
  private static final Pattern EXTENT =
      Pattern.compile("(?m)^ *\\d+: *\\d+\\.\\. *\\d+: *(\\d+)\\.\\.");
  private static final long BLOCK = 4096;

  private final Linux linux = RealPool.linux();
  private Path folder;
  private Leftovers leftovers;
  private RealPool disk;
  private TestNode node;

  @BeforeEach
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    leftovers = Leftovers.since(linux, folder);
    disk = RealPool.create(folder, FileSystemType.XFS, 2L << 30);
    node = new TestNode(folder, disk.path(), linux);
    node.start();
  }

  @AfterEach
  void stop() throws Exception {
    try (RealPool _ = disk) {
      node.stop();
    }
    leftovers.assertNone();
  }

  @Test
  void aVolumeThatCannotBeReadIsRefusedUnwrittenAndAnotherIsServed() throws Exception {
    List<Volume> byPlace = volumesInEachPartOfTheDisk();
    Volume lost = byPlace.getLast();
    Volume well = byPlace.getFirst();
    FileTime written = Files.getLastModifiedTime(image(lost));
    long end = firstByte(lost);
    cutDiskAt(end);

    assertThatThrownBy(() -> node.stager.stage(node.stage(lost)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(lost.id().text())
        .hasMessageContaining("cannot be read: ")
        .hasMessageContaining("EIO");

    assertThat(node.at(node.staging(lost.id()))).isEmpty();
    assertThat(node.attached()).isEmpty();
    assertThat(Files.getLastModifiedTime(image(lost))).isEqualTo(written);
    linux.disk().syncFileSystem(disk.path());
    assertThat(medium()).hasSize(end);

    node.publisher.publish(node.publish(well, "well"));
    Path file = Files.writeString(node.target("well").resolve("file"), "x");
    linux.disk().sync(file);
    dropCaches();
    assertThat(file).hasContent("x");
    assertThat(medium()).hasSize(end);
    node.publisher.unpublish(node.unpublish(well, "well"));
    node.stager.unstage(node.unstage(well));
  }

  /// XFS gives each new directory, and the files in it, another part of the disk in turn. The last
  /// part holds nothing that XFS itself writes while the test runs.
  private List<Volume> volumesInEachPartOfTheDisk() throws Exception {
    Map<Long, Volume> byPlace = new TreeMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      Volume volume = node.create(name, TestNode.XFS, 300L << 20);
      byPlace.put(firstByte(volume), volume);
    }
    return List.copyOf(byPlace.values());
  }

  private long firstByte(Volume volume) throws IOException {
    return BLOCK
        * EXTENT
            .matcher(Processes.run(Command.of("filefrag", "-v", image(volume).toString())).out())
            .results()
            .mapToLong(extent -> Long.parseLong(extent.group(1)))
            .min()
            .orElseThrow();
  }

  private void cutDiskAt(long bytes) throws IOException {
    linux.disk().syncFileSystem(disk.path());
    try (RandomAccessFile file = new RandomAccessFile(medium().toFile(), "rw")) {
      file.setLength(bytes);
    }
    dropCaches();
  }

  /// What is read from here on comes from the disk.
  private static void dropCaches() throws IOException {
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
  }

  private Path medium() {
    return folder.resolve("xfs.img");
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }
}
