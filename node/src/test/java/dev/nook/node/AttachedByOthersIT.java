package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Images that somebody else has attached: a hand, or a driver whose container has ended with its
/// mount namespace.
class AttachedByOthersIT extends RealNode {
  private static final String AS_NOOK_DOES = "losetup --show --sector-size 4096 --direct-io=on -f ";

  @Test
  void aDeviceAttachedByHandAsNookDoesItIsTakenOver() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64L << 20);
    Path device = Path.of(shell(AS_NOOK_DOES + image(volume)));

    node.publisher.publish(node.publish(volume, "a"));

    assertThat(behind(volume).device()).isEqualTo(device);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    assertThat(isAttached(device)).isFalse();
  }

  @Test
  void aDeviceAttachedByHandInAnotherWayIsRefusedAndLeftAlone() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64L << 20);
    Path device = Path.of(shell("losetup --show -f " + image(volume)));

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .hasMessageContaining("sectors of 512 bytes");

    assertThat(isAttached(device)).isTrue();
    String _ = shell("losetup -d " + device);
    node.publisher.publish(node.publish(volume, "a"));
  }

  @Test
  void aDeviceOfAMountNamespaceThatHasEndedIsFoundAndDetached() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64L << 20);
    node.publisher.publish(node.publish(volume, "a"));
    Path data = Files.writeString(node.target("a").resolve("data"), "kept");
    assertThat(data).hasContent("kept");
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    Path there = Files.createDirectory(folder.resolve("there"));
    Path device =
        Path.of(
            shell(
                "unshare --mount --propagation private sh -c 'mount --bind %s %s && %s'"
                    .formatted(
                        image(volume).getParent(), there, AS_NOOK_DOES + there.resolve("image"))));
    assertThat(backingFile(device)).isEqualTo("/image"); // No path of this host.

    restart();
    node.publisher.publish(node.publish(volume, "a"));

    assertThat(behind(volume).device()).isEqualTo(device);
    assertThat(node.target("a").resolve("data")).hasContent("kept");
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    assertThat(isAttached(device)).isFalse();
    node.volumes.delete(volume.id());
  }

  @Test
  void aVolumeThatSuchADeviceShowsIsNotDeleted() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, 64L << 20);
    Path there = Files.createDirectory(folder.resolve("there"));
    Path device =
        Path.of(
            shell(
                "unshare --mount --propagation private sh -c 'mount --bind %s %s && %s'"
                    .formatted(
                        image(volume).getParent(), there, AS_NOOK_DOES + there.resolve("image"))));

    assertThatThrownBy(() -> node.volumes.delete(volume.id()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(device.toString());

    String _ = shell("losetup -d " + device);
    node.volumes.delete(volume.id());
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }

  private Loop behind(Volume volume) throws IOException {
    return linux.loops().find(image(volume), Access.READ_WRITE).orElseThrow();
  }

  private static boolean isAttached(Path device) {
    return Files.exists(Path.of("/sys/block", device.getFileName().toString(), "loop"));
  }

  private static String backingFile(Path device) throws IOException {
    return Files.readString(
            Path.of("/sys/block", device.getFileName().toString(), "loop/backing_file"))
        .strip();
  }

  private static String shell(String script) throws IOException {
    return Processes.run(Command.of("sh", "-c", script)).out().strip();
  }
}
