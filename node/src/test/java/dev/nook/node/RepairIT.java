package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.error.StorageException;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Damaged volumes are checked and mended by the filesystems' own checkers, on copies.
final class RepairIT extends DamagedNode {
  // Each is read several times.
  private static final long EXT4_BYTES = 64L << 20;
  private static final long XFS_BYTES = 300L << 20;

  @Test
  void anErrorFlagAloneCostsNothing() throws Exception {
    Volume volume = used(TestNode.EXT4, EXT4_BYTES);
    debugfs(volume, "set_super_value state 3");
    debugfs(volume, "set_super_value error_count 7");
    refused(volume, OnDamage.REFUSE, "nook volume check " + volume.id());
    String before = digest(node.image(volume));

    Rehearsal check = node.repairs.mend(volume.id(), Allowed.CHECK);

    assertThat(check.repair().losses()).isEmpty();
    assertThat(check.isHarmless()).isTrue();
    assertThat(check.well()).isFalse();
    assertThat(digest(node.image(volume))).isEqualTo(before);
    assertThat(node.repairs.mend(volume.id(), Allowed.IF_HARMLESS).kept()).isPresent();
    assertHolds(volume, "data");
    assertThat(node.repairs.mend(volume.id(), Allowed.CHECK).well()).isTrue();
  }

  @Test
  void aClassThatSaysSoHasItRepairedAfterTheFirstAttempt() throws Exception {
    Volume volume = used(TestNode.EXT4, EXT4_BYTES);
    debugfs(volume, "set_super_value state 3");

    refused(volume, OnDamage.REPAIR, "tried now");
    node.asked.remove().run();

    node.stager.stage(stage(volume, OnDamage.REPAIR));
    assertThat(Files.readString(node.staging(volume.id()).resolve("directory/file")))
        .isEqualTo("data");
  }

  @Test
  void whatMayCostFilesIsToldAndWhatTheVolumeWasComesBackByteForByte() throws Exception {
    Volume volume = used(TestNode.EXT4, EXT4_BYTES);
    zero(volume, firstBlock(volume, "inode table at"));
    debugfs(volume, "set_super_value state 3");
    String before = digest(node.image(volume));

    refused(volume, OnDamage.REPAIR, "tried now");
    node.asked.remove().run();
    refused(volume, OnDamage.REPAIR, "may cost files: ");
    Rehearsal told = node.repairs.mend(volume.id(), Allowed.IF_HARMLESS);
    assertThat(told.kept()).isEmpty();
    assertThat(told.repair().losses()).isNotEmpty();
    assertThat(digest(node.image(volume))).isEqualTo(before);

    Snapshot kept = node.repairs.mend(volume.id(), Allowed.WITH_LOSS).kept().orElseThrow();
    assertThat(digest(new Layout(node.pool).snapshot(kept.id()).image())).isEqualTo(before);
    node.stager.stage(stage(volume, OnDamage.REFUSE));
    node.stager.unstage(node.unstage(volume));

    Snapshot _ = node.repairs.restore(volume.id(), Optional.of(kept.id()));
    assertThat(digest(node.image(volume))).isEqualTo(before);
    assertThat(node.repairs.forget(volume.id())).hasSize(2);
  }

  @Test
  void aVolumeThatTwoPodsShareIsLeftAlone() throws Exception {
    Volume volume = used(TestNode.EXT4, EXT4_BYTES);
    node.publisher.publish(node.publish(volume, "a"));
    node.publisher.publish(node.publish(volume, "b"));

    for (Allowed allowed : Allowed.values()) {
      assertThatThrownBy(() -> node.repairs.mend(volume.id(), allowed))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("in use by /dev/loop");
    }
  }

  @Test
  void aBrokenHeaderOfAnXfsIsMendedWhenThatIsAllowed() throws Exception {
    Volume volume = used(TestNode.XFS, XFS_BYTES);
    zero(volume, 1); // The AGF of the first allocation group.
    refused(volume, OnDamage.REPAIR, "xfs is not repaired automatically");

    Rehearsal check = node.repairs.mend(volume.id(), Allowed.CHECK);
    assertThat(check.well()).isFalse();
    assertThat(node.repairs.mend(volume.id(), Allowed.WITH_LOSS).kept()).isPresent();

    assertHolds(volume, "data");
  }

  @Test
  void theLogOfAnXfsIsReplayedAndNotThrownAway() throws Exception {
    Volume volume = used(TestNode.XFS, XFS_BYTES);
    node.publisher.publish(node.publish(volume, "a"));
    Path file = node.target("a").resolve("directory/file");
    Files.writeString(file, "newer");
    Processes.run(Command.of("xfs_io", "-c", "fsync", file.toString()));
    UnpublishVolume unpublish = node.unpublish(volume, "a");
    UnstageVolume unstage = node.unstage(volume);
    Processes.run(Command.of("xfs_io", "-x", "-c", "shutdown", node.target("a").toString()));
    node.publisher.unpublish(unpublish);
    node.stager.unstage(unstage);

    Rehearsal check = node.repairs.mend(volume.id(), Allowed.CHECK);

    assertThat(check.repair().outcome()).isEqualTo(Outcome.CLEAN);
    assertHolds(volume, "newer");
  }

  private void assertHolds(Volume volume, String text) throws Exception {
    node.publisher.publish(node.publish(volume, "again"));
    assertThat(Files.readString(node.target("again").resolve("directory/file"))).isEqualTo(text);
    node.publisher.unpublish(node.unpublish(volume, "again"));
    node.stager.unstage(node.unstage(volume));
  }

  private void refused(Volume volume, OnDamage onDamage, String why) {
    assertThatThrownBy(() -> node.stager.stage(stage(volume, onDamage)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(why);
  }

  private StageVolume stage(Volume volume, OnDamage onDamage) throws IOException {
    return new StageVolume(
        volume.id(),
        new KubeletPath(node.staging(volume.id())),
        TestNode.mount(AccessMode.SINGLE_NODE_WRITER),
        onDamage);
  }

  private static String digest(Path image) throws IOException {
    return Processes.run(Command.of("sha256sum", image.toString())).out().substring(0, 64);
  }
}
