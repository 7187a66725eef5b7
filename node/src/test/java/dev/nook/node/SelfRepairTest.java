package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a damaged volume whose class says that it is to be repaired.
final class SelfRepairTest extends FakeNode {
  @ParameterizedTest
  @EnumSource(names = {"NONE", "COUNTS"})
  void whatCostsNothingIsRepairedAfterTheCallAndTheNextOneMountsIt(Damage damage) throws Exception {
    Volume volume = damaged(damage);

    assertThatThrownBy(() -> node.stager.stage(stage(volume)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("nothing was mended; a repair that costs nothing is tried now");
    assertThat(noted(volume)).as("nothing is mended in the call").isTrue();
    kernel.assertNothingLeft();
    background();
    node.stager.stage(stage(volume));

    assertThat(node.at(node.staging(volume.id()))).hasSize(1);
    assertThat(node.repairs.kept(volume.id())).hasSize(1);
    assertThat(noted(volume)).isFalse();
  }

  @Test
  void whatMayCostFilesIsToldAndLeftAsItIs() throws Exception {
    Volume volume = damaged(Damage.FILES);

    refused(volume, "tried now");
    background();

    refused(volume, "not repaired automatically: a repair may cost files: An entry names an inode");
    assertThat(node.asked).as("the same would be found again").isEmpty();
    assertThat(node.repairs.kept(volume.id())).isEmpty();

    assertThat(node.repairs.mend(volume.id(), Allowed.WITH_LOSS).kept()).isPresent();
    node.stager.stage(stage(volume));
  }

  @Test
  void severalCallsAskForOneRepair() throws Exception {
    Volume volume = damaged(Damage.COUNTS);

    refused(volume, "tried now");
    refused(volume, "tried now");

    assertThat(node.asked).hasSize(1);
  }

  /// Whoever is damaged again is for a person to look at.
  @Test
  void whatWasMendedOnceIsNotMendedAgainByItselfUntilThatIsForgotten() throws Exception {
    Volume volume = damaged(Damage.COUNTS);
    refused(volume, "tried now");
    background();
    kernel.note(node.image(volume), Noted.MARK);

    refused(volume, "tried now");
    background();
    refused(volume, "it was repaired before");
    node.asked.clear();
    assertThat(node.repairs.forget(volume.id())).hasSize(1);
  }

  @Test
  void anXfsIsNeverRepairedByItself() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    kernel.damage(node.image(volume), Damage.COUNTS);
    assertThat(node.mending.ask(volume.id(), FileSystemType.XFS))
        .contains("xfs is not repaired automatically");
    assertThat(node.asked).isEmpty();
  }

  @Test
  void aRepairThatMeetsAnotherCallIsAskedForAgain() throws Exception {
    Volume volume = damaged(Damage.COUNTS);
    refused(volume, "tried now");
    node.attachments.attach(volume);
    background();
    node.attachments.detach(volume.id());

    refused(volume, "a repair is tried once more, retry; the last one failed: ");
    background();

    node.stager.stage(stage(volume));
  }

  private Volume damaged(Damage damage) throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.note(node.image(volume), Noted.MARK);
    kernel.damage(node.image(volume), damage);
    return volume;
  }

  private void refused(Volume volume, String why) {
    assertThatThrownBy(() -> node.stager.stage(stage(volume)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(why);
  }

  private void background() {
    Optional.ofNullable(node.asked.poll()).orElseThrow().run();
  }

  private StageVolume stage(Volume volume) throws IOException {
    return new StageVolume(
        volume.id(),
        new KubeletPath(node.staging(volume.id())),
        TestNode.mount(AccessMode.SINGLE_NODE_WRITER),
        OnDamage.REPAIR);
  }

  private boolean noted(Volume volume) throws IOException {
    return linux.fileSystems().errors(node.image(volume), FileSystemType.EXT4).isDamage();
  }
}
