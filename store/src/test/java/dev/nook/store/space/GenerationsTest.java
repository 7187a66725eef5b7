package dev.nook.store.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.Ground;
import dev.nook.store.id.Name;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationsTest extends Generations {
  @TempDir Path root;

  @Override
  protected Ground ground() throws IOException {
    return FakeGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
  }

  @Test
  void aYearOfNightlyRefreshesIsChargedWhatIsStillKept() throws Exception {
    refresh(400);
  }

  @Test
  void generationsThatAllStandAreManyMoreThanARecordNames() throws Exception {
    descend(100);
  }

  @Test
  void aSubvolumeThatAPodNestsJustBeforeTheCutKeepsTheCopyFromBeingMade() throws Exception {
    Volume volume = create("v");
    Interleaved between = Interleaved.over(linux, "snapshot"::equals);
    store.close();
    store = Driver.started(between.linux(), ground.pool());
    Path nested = home(volume.id()).data().resolve("nested");

    between.before(1, () -> linux.subvolumes().create(nested, bytes));
    assertThatThrownBy(() -> store.snapshot(new Name("s"), volume.id()))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("nested");
    linux.subvolumes().delete(nested);
    between.before(1, () -> linux.subvolumes().create(nested, bytes));
    assertThatThrownBy(() -> store.create(Driver.spec("c", ground.shape(), bytes, volume.id())))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(between.happened()).isTrue();
    store.delete(volume.id());
    sweepAll();
    assertNothingKept();
  }
}
