package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a volume whose filesystem notes errors.
final class DamageTest extends FakeNode {
  @ParameterizedTest
  @EnumSource(names = {"MARK", "DAMAGE"})
  void aMarkedFilesystemIsRefusedBeforeItIsMounted(Noted noted) throws Exception {
    Volume volume = marked(noted);
    ErrorState before = errors(volume);

    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageStartingWith(volume.id() + ": its ext4 is damaged: ")
        .hasMessageContaining("nothing was mended");

    kernel.assertNothingLeft();
    assertThat(errors(volume)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"MARK", "DAMAGE"})
  void itIsMountedWhereTheClassSaysSo(Noted noted) throws Exception {
    Volume volume = marked(noted);
    StageVolume stage =
        new StageVolume(
            volume.id(),
            new KubeletPath(node.staging(volume.id())),
            TestNode.mount(AccessMode.SINGLE_NODE_WRITER),
            OnDamage.MOUNT);

    node.stager.stage(stage);

    assertThat(node.at(node.staging(volume.id()))).hasSize(1);
    assertThat(errors(volume).isDamage()).isTrue();
  }

  @Test
  void aWriteThatThePoolRefusedIsNoDamageNorBecomesIt() throws Exception {
    Volume volume = marked(Noted.REFUSED_WRITE);

    for (int time = 0; time < 2; time++) {
      node.stager.stage(node.stage(volume));
      node.stager.unstage(node.unstage(volume));
    }

    assertThat(errors(volume)).isEqualTo(ErrorState.NONE);
  }

  @Test
  void aCopyOfSuchAVolumeIsNoDamageEither() throws Exception {
    Volume volume = marked(Noted.REFUSED_WRITE);

    Volume copy =
        node.volumes.create(
            new VolumeSpec(
                new Name("copy"),
                Optional.empty(),
                TestNode.EXT4,
                CapacityRange.ANY,
                new VolumeSource.OfVolume(volume.id())));
    node.stager.stage(node.stage(copy));

    assertThat(node.at(node.staging(copy.id()))).hasSize(1);
  }

  @Test
  void aMountedVolumeIsNotLookedAtAgain() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    node.stager.stage(node.stage(volume));
    kernel.note(image(volume), Noted.MARK);

    node.publisher.publish(node.publish(volume, "a"));

    assertThat(node.at(node.target("a"))).hasSize(1);
  }

  private Volume marked(Noted noted) throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.note(image(volume), noted);
    return volume;
  }

  private ErrorState errors(Volume volume) throws IOException {
    return linux.fileSystems().errors(image(volume), FileSystemType.EXT4);
  }

  private Path image(Volume volume) {
    return node.pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }
}
