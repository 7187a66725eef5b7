package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault.Reason;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a kernel shows of volumes that are ill, and of the same when they are well again.
final class HealthIT extends RealNode {
  /// What XFS allocates and checks together. Those of its first group lie at their numbers.
  private static final int CHUNK = 64;

  private static final int INODE_BYTES = 512;

  @Test
  void aFilesystemThatHasShutDownIsToldUntilItIsMountedAnew() throws Exception {
    for (var shape : List.of(TestNode.XFS, TestNode.EXT4)) {
      Volume volume = node.create("v-" + shape, shape);
      UnstageVolume unstage = node.unstage(volume);
      node.publisher.publish(node.publish(volume, "a"));
      assertWell(volume);

      run("xfs_io", "-x", "-c", "shutdown", node.target("a").toString());
      assertReasons(volume, Reason.FILESYSTEM_SHUT_DOWN);

      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(unstage);
      node.publisher.publish(node.publish(volume, "a"));
      assertWell(volume);
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  @Test
  void errorsThatAnExt4MeetsWhileItIsMountedAreTold() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    node.stager.stage(node.stage(volume));
    Path device = loops(volume).getFirst().device();
    Path trigger = Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error");

    Files.writeString(trigger, "a test");

    assertReasons(volume, Reason.FILESYSTEM_READ_ONLY, Reason.FILESYSTEM_ERRORS);
  }

  @Test
  void aDeviceThatGoesThroughThePageCacheIsToldUntilItDoesNot() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    node.stager.stage(node.stage(volume));
    String device = loops(volume).getFirst().device().toString();

    run("losetup", "--direct-io=off", device);
    assertReasons(volume, Reason.DIRECT_IO_LOST);

    run("losetup", "--direct-io=on", device);
    assertWell(volume);
  }

  @Test
  void damageThatAnXfsFindsWhileItIsMountedIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path staging = node.staging(volume.id());
    node.stager.stage(node.stage(volume));
    Path last = staging;
    for (int file = 0; file < 2 * CHUNK; file++) {
      last = Files.createFile(staging.resolve("f" + file));
    }
    long inode = (Long) Files.getAttribute(last, "unix:ino");
    node.stager.unstage(node.unstage(volume));
    node.stager.stage(node.stage(volume));
    assertWell(volume);

    long chunk = inode / CHUNK * CHUNK * INODE_BYTES;
    String garbage = "pwrite -S 0xff %d %d".formatted(chunk, CHUNK * INODE_BYTES);
    run("xfs_io", "-c", garbage, "-c", "fsync", node.image(volume).toString());
    Path lost = last;
    assertThatThrownBy(() -> Files.readAttributes(lost, BasicFileAttributes.class))
        .isInstanceOf(IOException.class);

    assertReasons(volume, Reason.FILESYSTEM_ERRORS);
  }

  @Test
  void anExt4ThatIsMarkedInErrorIsToldUntilItIsMended() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    run("debugfs", "-w", "-R", "set_super_value state 2", node.image(volume).toString());
    assertRefused(volume);
    assertReasons(volume, Reason.FILESYSTEM_DAMAGED);

    run("debugfs", "-w", "-R", "set_super_value state 1", node.image(volume).toString());
    node.stager.stage(node.stage(volume));
    assertWell(volume);
  }

  @Test
  void anXfsThatTheKernelRefusesIsToldUntilItIsMended() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path kept = folder.resolve("kept");
    run("cp", "--reflink=always", node.image(volume).toString(), kept.toString());
    run("xfs_io", "-c", "pwrite -S 0xff 4096 4096", "-c", "fsync", node.image(volume).toString());
    assertRefused(volume);
    assertReasons(volume, Reason.FILESYSTEM_DAMAGED);

    run("cp", "--reflink=always", kept.toString(), node.image(volume).toString());
    node.stager.stage(node.stage(volume));
    assertWell(volume);
  }

  @Test
  void anImageThatWasCutOffOrPutInThePlaceOfAnotherIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    Path image = node.image(volume);
    node.stager.stage(node.stage(volume));
    assertWell(volume);

    run("truncate", "--size=%d".formatted(volume.capacityBytes() / 2), image.toString());
    assertReasons(volume, Reason.CONTENT_TRUNCATED);
    run("truncate", "--size=%d".formatted(volume.capacityBytes()), image.toString());
    assertWell(volume);

    Path kept = image.resolveSibling("kept");
    Files.move(image, kept);
    assertReasons(volume, Reason.CONTENT_MISSING);
    run("cp", "--reflink=always", kept.toString(), image.toString());
    assertReasons(volume, Reason.CONTENT_REPLACED);
    Files.move(kept, image, StandardCopyOption.REPLACE_EXISTING);
    assertWell(volume);
  }

  private void assertRefused(Volume volume) {
    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.NotReady.class);
  }

  private void assertWell(Volume volume) throws Exception {
    assertThat(node.health.of(volume.id())).isEmpty();
  }

  private void assertReasons(Volume volume, Reason... reasons) throws Exception {
    assertThat(node.health.reasons(volume.id())).containsExactly(reasons);
  }

  private static void run(String tool, String... arguments) throws IOException {
    Processes.run(Command.of(tool, arguments));
  }
}
