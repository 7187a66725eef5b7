package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The kubelet directory is seen under a second name too, as where `/var/lib/kubelet` is a bind of
/// another directory: each mount in it is copied to the other name.
@SuppressWarnings("NullAway.Init")
final class TwoNamesIT extends RealNode {
  private static final AccessMode ALONE = AccessMode.SINGLE_NODE_SINGLE_WRITER;

  private Path again;

  @BeforeEach
  void nameAgain() throws Exception {
    again = Files.createDirectory(folder.resolve("again"));
    linux.mounts().bind(node.kubelet, again, MountFlags.NONE);
  }

  @AfterEach
  void forgetName() throws Exception {
    linux.mounts().unmount(again);
  }

  @Test
  void aWriterThatMustBeAloneGetsItsOneTarget() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);

      node.stager.stage(node.stage(volume));
      node.publisher.publish(node.publish(volume, "a", ALONE));

      assertThat(node.at(again.resolve(node.kubelet.relativize(node.target("a"))))).hasSize(1);
      assertThatThrownBy(() -> node.publisher.publish(node.publish(volume, "b", ALONE)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("target-a");
      node.publisher.publish(node.publish(volume, "a", ALONE));
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(node.unstage(volume));
      assertThat(node.target("a")).doesNotExist();
    }
  }

  @Test
  void aTargetThatShowsSomethingElseUnderItsOtherNameStays() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Processes.run(Command.of("mount", "--make-private", again.toString()));
    node.publisher.publish(node.publish(volume, "a"));
    Path other = again.resolve("target-a");
    linux.mounts().bind(Files.createDirectory(folder.resolve("foreign")), other, MountFlags.NONE);

    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("another name");

    linux.mounts().unmount(other);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    assertThat(node.target("a")).doesNotExist();
  }

  @Test
  void aTargetIsTakenAwayByEitherName() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Path other = again.resolve(node.kubelet.relativize(node.target("a")));

    node.publisher.unpublish(new UnpublishVolume(volume.id(), new KubeletPath(other)));

    assertThat(node.target("a")).doesNotExist();
    node.stager.unstage(node.unstage(volume));
  }
}
