package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an end in the middle of writing leaves behind is no damage: a pool without room, and a
/// power cut.
@RealKernel
@SuppressWarnings("NullAway.Init")
final class InterruptedWritesIT {
  private static final int MIB = 1 << 20;

  private final Linux linux = RealPool.linux();
  private Leftovers leftovers;
  private RealPool disk;
  private TestNode node;

  @BeforeEach
  void start(@TempDir Path temporary) throws Exception {
    Path folder = temporary.toRealPath();
    leftovers = Leftovers.since(linux, folder);
    disk = RealPool.create(folder, FileSystemType.XFS, 1L << 30);
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

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  void aPoolThatIsFullInMidWriteSaysSoAndItsVolumesAreMountedWhenThereIsRoom(FileSystemType type)
      throws Exception {
    Volume volume =
        node.create("v", new Shape.Formatted(type, Shape.Provisioning.THIN), 400L << 20);
    Path shown = publish(volume);
    Files.writeString(shown.resolve("kept"), "kept");
    linux.disk().syncFileSystem(shown);
    Path others = disk.path().resolve("others");
    fill(others);
    fill(shown.resolve("more"));
    touch(shown);
    takeAway(volume);

    try {
      node.stager.stage(node.stage(volume));
      node.stager.unstage(node.unstage(volume));
    } catch (StorageException.Exhausted e) {
      assertThat(e)
          .hasMessageContaining("pool default is full")
          .hasMessageContaining("free some of its space first");
    }
    Files.delete(others);
    linux.disk().syncFileSystem(disk.path());
    for (int time = 0; time < 2; time++) {
      publish(volume);
      assertThat(shown.resolve("kept")).hasContent("kept");
      Files.deleteIfExists(shown.resolve("more"));
      Files.writeString(shown.resolve("after" + time), "x");
      linux.disk().sync(shown.resolve("after" + time));
      takeAway(volume);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  void orphansAfterAPowerCutAreNoDamage(FileSystemType type) throws Exception {
    Volume volume = node.create("v", new Shape.Formatted(type, Shape.Provisioning.THIN));
    Path shown = publish(volume);
    Files.writeString(shown.resolve("kept"), "kept");
    Path orphan = shown.resolve("orphan");
    Path cut = image(volume).resolveSibling("cut");
    try (OutputStream open = Files.newOutputStream(orphan)) {
      open.write(new byte[MIB]);
      Files.delete(orphan);
      linux.disk().syncFileSystem(shown);
      linux.disk().reflink(image(volume), cut);
    }
    takeAway(volume);
    linux.disk().replace(cut, image(volume));

    publish(volume);

    assertThat(shown.resolve("kept")).hasContent("kept");
    takeAway(volume);
  }

  @Test
  void aLogThatCannotBeReplayedOnAFullPoolSaysFull() throws Exception {
    Volume volume = node.create("v", TestNode.XFS, 400L << 20);
    Path shown = publish(volume);
    Files.writeString(shown.resolve("kept"), "kept");
    Path cut = image(volume).resolveSibling("cut");
    linux.disk().reflink(image(volume), cut);
    takeAway(volume);
    linux.disk().replace(cut, image(volume));
    Path others = disk.path().resolve("others");
    fill(others);
    // What the log is replayed into is shared with this copy, so each block needs a new one.
    linux.disk().reflink(image(volume), disk.path().resolve("copy"));

    try {
      publish(volume);
      takeAway(volume);
    } catch (StorageException.Exhausted e) {
      assertThat(e).hasMessageContaining("pool default is full");
    }
    Files.delete(others);
    publish(volume);
    takeAway(volume);
  }

  private Path publish(Volume volume) throws Exception {
    node.publisher.publish(node.publish(volume, "a"));
    return node.target("a");
  }

  private void takeAway(Volume volume) throws Exception {
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
  }

  private void fill(Path file) {
    assertThatThrownBy(
            () -> {
              try (OutputStream out = Files.newOutputStream(file)) {
                byte[] noise = new byte[MIB];
                Arrays.fill(noise, (byte) 1);
                for (int i = 0; i < 2048; i++) {
                  out.write(noise);
                }
              }
              linux.disk().sync(file);
            })
        .isInstanceOf(IOException.class);
  }

  /// Makes the filesystem notice that its log is gone.
  private static void touch(Path shown) {
    for (int i = 0; i < 100; i++) {
      try {
        Files.createDirectory(shown.resolve("touched" + i));
      } catch (IOException _) {
        return; // It has noticed.
      }
    }
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }
}
