package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What must not happen on a real kernel either.
final class NodeGuardsIT extends RealNode {
  @Test
  void aTargetThatIsALinkOrPassesThroughOneIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(node.kubelet.resolve("link"), elsewhere);

    for (Path target : List.of(link, link.resolve("below"))) {
      var publish = new PublishVolume(node.stage(volume), new KubeletPath(target), false);
      assertThatThrownBy(() -> node.publisher.publish(publish))
          .isInstanceOf(StorageException.InvalidArgument.class);
      var unpublish = new UnpublishVolume(volume.id(), new KubeletPath(target));
      assertThatThrownBy(() -> node.publisher.unpublish(unpublish))
          .isInstanceOf(StorageException.InvalidArgument.class);
    }

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(loops(volume)).isEmpty();
  }

  @Test
  void aForeignMountIsUntouched() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("precious"), "x");
    Path target = Files.createDirectory(node.target("a"));
    Path staging = node.staging(volume.id());
    linux.mounts().bind(foreign, target, MountFlags.NONE);
    linux.mounts().bind(foreign, staging, MountFlags.NONE);

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.Incompatible.class);
    assertThatThrownBy(() -> node.publisher.publish(node.publish(volume, "a")))
        .isInstanceOf(StorageException.Incompatible.class);
    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class);
    assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(node.at(target)).hasSize(1);
    assertThat(node.at(staging)).hasSize(1);
    assertThat(target.resolve("precious")).hasContent("x");
    assertThat(loops(volume)).isEmpty();
  }

  @Test
  void everyMountOfAStackIsTakenAndNoDataWithThem() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE)) {
      Volume volume = node.create("v-" + shape, shape);
      Path staging = node.staging(volume.id());
      node.publisher.publish(node.publish(volume, "a"));
      Files.writeString(node.target("a").resolve("precious"), "x");
      for (int i = 0; i < 4; i++) {
        linux.mounts().bind(staging, node.target("a"), MountFlags.NONE);
      }

      node.publisher.unpublish(node.unpublish(volume, "a"));

      assertThat(node.target("a")).doesNotExist();
      assertThat(staging.resolve("precious")).hasContent("x");
    }
  }

  @Test
  void aForeignMountOverOursKeepsTheWholeStack() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    linux.mounts().bind(foreign, node.target("a"), MountFlags.NONE);

    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("xfs");

    assertThat(node.at(node.target("a"))).hasSize(2);
    linux.mounts().unmount(node.target("a"));
  }

  @Test
  void aWriterThatMustBeAloneGetsOneTarget() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a", AccessMode.SINGLE_NODE_SINGLE_WRITER));

      assertThatThrownBy(() ->
              node.publisher.publish(
                  node.publish(volume, "b", AccessMode.SINGLE_NODE_SINGLE_WRITER)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(node.target("a").toString());

      assertThat(node.target("b")).doesNotExist();
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  @Test
  void aTargetThatIsHeldOpenStaysAndItsHolderIsNamed() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Path file = Files.writeString(node.target("a").resolve("file"), "x");

    try (RandomAccessFile _ = new RandomAccessFile(file.toFile(), "r")) {
      assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
      assertThat(file).hasContent("x");
    }
  }

  @Test
  void aBlockVolumeThatIsHeldOpenStaysAttachedAndItsHolderIsNamed() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    node.publisher.publish(node.publish(volume, "a"));
    Path device = loops(volume).getFirst().device();

    try (RandomAccessFile _ = new RandomAccessFile(device.toFile(), "r")) {
      node.publisher.unpublish(node.unpublish(volume, "a"));
      assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
      assertThat(loops(volume)).hasSize(1);
    }

    node.stager.unstage(node.unstage(volume));
    assertThat(loops(volume)).isEmpty();
  }

  @Test
  void aSwappedImageIsRefusedAndNotWritten() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64L << 20);
    Volume other = node.create("other", TestNode.EXT4, 64L << 20);
    Path image = image(volume);
    Files.delete(image);
    Files.copy(image(other), image);
    byte[] before = Files.readAllBytes(image);

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(Files.readAllBytes(image)).isEqualTo(before);
    assertThat(loops(volume)).isEmpty();
  }

  @Test
  void aTruncatedImageIsRefusedAndNotWritten() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      long bytes = volume.capacityBytes() - 4096;
      try (RandomAccessFile image = new RandomAccessFile(image(volume).toFile(), "rw")) {
        image.setLength(bytes);
      }
      FileTime written = Files.getLastModifiedTime(image(volume));

      assertThatThrownBy(() -> node.publisher.publish(node.publish(volume, "a")))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(Long.toString(bytes));

      assertThat(Files.getLastModifiedTime(image(volume))).isEqualTo(written);
      assertThat(node.target("a")).doesNotExist();
      assertThat(loops(volume)).isEmpty();
    }
  }

  @Test
  void anImageWithoutItsFilesystemIsRefusedAndNotFormatted() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4)) {
      Volume volume = node.create("v-" + shape, shape);
      try (RandomAccessFile image = new RandomAccessFile(image(volume).toFile(), "rw")) {
        image.setLength(0);
        image.setLength(volume.capacityBytes());
      }

      assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("holds no filesystem");

      assertThat(linux.disk().stat(image(volume)).orElseThrow().allocatedBytes()).isZero();
      assertThat(loops(volume)).isEmpty();
    }
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }
}
