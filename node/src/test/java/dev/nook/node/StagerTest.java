package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagerTest extends FakeNode {
  private static final AccessMode MODE = AccessMode.SINGLE_NODE_MULTI_WRITER;

  @Test
  void aVolumeThatDoesNotExistIsNotFound() throws Exception {
    StageVolume stage =
        new StageVolume(
            new VolumeId("unknown"),
            new KubeletPath(node.directory("staging")),
            TestNode.mount(MODE),
            OnDamage.REFUSE);

    assertRefused(stage, StorageException.NotFound.class);
  }

  @Test
  void aCapabilityThatTheVolumeCannotServeIsRefused() throws Exception {
    Volume files = node.create("files", TestNode.XFS);
    Volume block = node.create("block", TestNode.RAW);
    Volume tree = node.create("tree", TestNode.TREE);
    var ext4 =
        new VolumeCapability(
            new Access.Mount(Optional.of(FileSystemType.EXT4), MountFlags.NONE), MODE);

    assertRefused(node.stage(files, TestNode.block(MODE)), StorageException.NotReady.class);
    assertRefused(node.stage(files, ext4), StorageException.NotReady.class);
    assertRefused(node.stage(block, TestNode.mount(MODE)), StorageException.NotReady.class);
    assertRefused(node.stage(tree, TestNode.block(MODE)), StorageException.NotReady.class);
    assertRefused(node.stage(tree, ext4), StorageException.NotReady.class);
  }

  @Test
  void aMountFlagOutsideTheListIsTheCallersMistake() throws Exception {
    Volume files = node.create("files", TestNode.XFS);
    Volume tree = node.create("tree", TestNode.TREE);

    assertRefused(
            node.stage(files, TestNode.mount(MODE, "logdev=/dev/sda")),
            StorageException.InvalidArgument.class)
        .hasMessageContaining("mount_flags");
    assertRefused(
        node.stage(tree, TestNode.mount(MODE, "discard")), StorageException.InvalidArgument.class);
  }

  @Test
  void aStagingPathThatCannotBeMountedOnIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path full = node.directory("full");
    Files.writeString(full.resolve("precious"), "x");
    Path file = Files.createFile(node.kubelet.resolve("file"));

    assertRefused(at(volume, node.kubelet.resolve("missing")), StorageException.NotReady.class);
    assertRefused(at(volume, file), StorageException.NotReady.class);
    assertRefused(at(volume, full), StorageException.NotReady.class);
    assertRefused(at(volume, node.pool), StorageException.InvalidArgument.class);
    assertRefused(at(volume, node.pool.resolve("x")), StorageException.InvalidArgument.class);
  }

  @Test
  void aStagingPathThatIsALinkIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path elsewhere = node.directory("elsewhere");
    Path link = Files.createSymbolicLink(node.kubelet.resolve("link"), elsewhere);
    Files.createDirectory(elsewhere.resolve("below"));

    assertRefused(at(volume, link), StorageException.InvalidArgument.class);
    assertRefused(at(volume, link.resolve("below")), StorageException.InvalidArgument.class);
  }

  @Test
  void aForeignMountAtTheStagingPathIsNamedAndStays() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    StageVolume stage = node.stage(volume);
    linux.mounts().bind(node.directory("foreign"), stage.staging().path(), MountFlags.NONE);
    List<Mounts.Entry> before = linux.mounts().all();

    assertThatThrownBy(() -> node.stager.stage(stage))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining("/dev/fake (xfs)");

    assertThat(linux.mounts().all()).isEqualTo(before);
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void anotherVolumeAtTheStagingPathIsNotTakenForThisOne() throws Exception {
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.XFS);
    Path staging = node.directory("staging");
    node.stager.stage(at(first, staging));

    assertThatThrownBy(() -> node.stager.stage(at(second, staging)))
        .isInstanceOf(StorageException.Incompatible.class);

    assertThat(node.at(staging)).hasSize(1);
    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void anImageThatIsNotTheRecordedOneIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Volume other = node.create("other", TestNode.XFS);
    Files.copy(image(other), image(volume), StandardCopyOption.REPLACE_EXISTING);

    assertRefused(node.stage(volume), StorageException.NotReady.class);
  }

  @Test
  void anImageThatCannotBeReadIsLeftAsItIs() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    kernel.breakReads(image(volume));

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume))).isNotNull();

    kernel.assertNothingLeft();
  }

  @Test
  void mountsTheFilesystemWithTheFlagsAskedFor() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);

    node.stager.stage(node.stage(volume, TestNode.mount(MODE, "noatime", "noexec")));

    Mounts.Entry shown = onlyAt(node.staging(volume.id()));
    assertThat(shown.fsType()).isEqualTo("xfs");
    assertThat(shown.flags()).contains("rw", "nodev", "noatime", "noexec");
    assertThat(node.shownBy(shown)).contains(volume.id());
  }

  @Test
  void bindsADirectory() throws Exception {
    Volume volume = node.create("v", TestNode.TREE);

    node.stager.stage(node.stage(volume));

    Mounts.Entry shown = onlyAt(node.staging(volume.id()));
    assertThat(shown.flags()).contains("nodev");
    assertThat(node.shownBy(shown)).contains(volume.id());
  }

  @Test
  void attachesABlockVolumeAndMountsNothing() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);

    node.stager.stage(node.stage(volume));

    assertThat(node.at(node.staging(volume.id()))).isEmpty();
    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void aSecondStageChangesNothing() throws Exception {
    for (var shape : List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));
      List<Mounts.Entry> mounts = linux.mounts().all();
      List<Loop> loops = linux.loops().all();

      node.stager.stage(node.stage(volume));

      assertThat(linux.mounts().all()).isEqualTo(mounts);
      assertThat(linux.loops().all()).isEqualTo(loops);
    }
  }

  @Test
  void aSecondStageWithOtherFlagsIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume, TestNode.mount(MODE, "ro"))))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining("[ro]");
    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void aReaderOnlyModeStagesWritable() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);

    node.stager.stage(node.stage(volume, TestNode.mount(AccessMode.SINGLE_NODE_READER_ONLY)));
    node.stager.stage(node.stage(volume, TestNode.mount(MODE)));

    assertThat(onlyAt(node.staging(volume.id())).readOnly()).isFalse();
  }

  @Test
  void aFilesystemFillsADeviceThatHasGrownMeanwhile() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Volume _ = node.volumes.expand(volume, new CapacityRange(2L << 30, 0));

    node.stager.stage(node.stage(volume));

    assertThat(total(volume)).isGreaterThan(1L << 30);
  }

  @Test
  void ext4FillsItsDeviceWhereItGrowsOnlyUnmounted(@TempDir Path other) throws Exception {
    var options = FakeKernel.Options.on(FileSystemType.XFS).withoutOnlineGrowthOfExt4();
    Path elsewhere = other.toRealPath();
    TestNode host = TestNode.started(elsewhere, new FakeKernel(elsewhere, options).linux());
    Volume volume = host.create("v", TestNode.EXT4);
    Volume _ = host.volumes.expand(volume, new CapacityRange(2L << 30, 0));

    host.stager.stage(host.stage(volume));

    Usage usage = host.stats.of(volume.id(), host.staging(volume.id()));
    assertThat(((Usage.Files) usage).totalBytes()).isGreaterThan(1L << 30);
    host.stop();
  }

  @Test
  void aSecondStagingPathShowsTheSameDevice() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));

    node.stager.stage(at(volume, node.directory("second")));

    assertThat(linux.loops().all()).hasSize(1);
    assertThat(node.at(node.kubelet.resolve("second"))).hasSize(1);
  }

  @Test
  void aVolumeStaysStagedOverARestart() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    node.stop();

    node = TestNode.started(folder, linux);
    node.stager.stage(node.stage(volume));
    assertThat(node.at(node.staging(volume.id()))).hasSize(1);

    node.stager.unstage(node.unstage(volume));
    kernel.assertNothingLeft();
  }

  @Test
  void nodeCallsAreServedWhileThePoolIsStillScanned() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stop();
    node = new TestNode(folder, linux);
    node.lock();

    node.stager.stage(node.stage(volume));
    node.publisher.publish(node.publish(volume, "a"));
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));

    kernel.assertNothingLeft();
  }

  @Test
  void parallelStagesOfOneVolumeAttachItOnce()
      throws ExecutionException, IOException, InterruptedException, StorageException {
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

    assertThat(linux.loops().all()).hasSize(1);
    assertThat(node.at(node.staging(volume.id()))).hasSize(1);
  }

  private StageVolume at(Volume volume, Path staging) {
    return new StageVolume(
        volume.id(), new KubeletPath(staging), TestNode.capability(volume, MODE), OnDamage.REFUSE);
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }

  private long total(Volume volume) throws Exception {
    return ((Usage.Files) node.stats.of(volume.id(), node.staging(volume.id()))).totalBytes();
  }

  private AbstractThrowableAssert<?, ?> assertRefused(
      StageVolume stage, Class<? extends StorageException> kind) {
    var refused = assertThatThrownBy(() -> node.stager.stage(stage)).isInstanceOf(kind);
    kernel.assertNothingLeft();
    return refused;
  }
}
