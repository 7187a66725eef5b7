package dev.nook.store.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGround;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A directory volume in which not one block more can be written.
@RealKernel
class FullDirectoryIT extends StoreFixture {
  @TempDir Path root;

  @Override
  protected Ground ground() throws IOException {
    return RealGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4096, 12 << 10, 16 << 10})
  void itIsCopiedExpandedAndDeletedAndItsTrashIsEmptied(long left) throws Exception {
    Volume volume = create("full");
    Snapshot before = store.snapshot(new Name("before"), volume.id());
    fill(volume, left);

    Snapshot snapshot = store.snapshot(new Name("after"), volume.id());
    Volume clone = store.create(Driver.spec("clone", ground.shape(), bytes, volume.id()));
    fill(volume, left);
    store.expand(volume.id(), new CapacityRange(2 * bytes, 0));
    Path target = shown(volume.id());
    Files.write(target.resolve("more"), new byte[(int) bytes / 2]);
    hidden(volume.id(), target);
    fill(volume, left);
    fill(clone, left);

    store.delete(before.id());
    store.delete(volume.id());
    store.delete(clone.id());
    store.delete(snapshot.id());
    sweepAll();
    sweepAll();
    assertNothingKept();
  }

  @Test
  void aLimitThatAPowerCutHasLoweredIsRaisedWhenThePoolOpens() throws Exception {
    Volume volume = create("grown");
    store.snapshot(new Name("keeps"), volume.id());
    store.expand(volume.id(), new CapacityRange(2 * bytes, 0));
    long limit = subvolumes().quota(home(volume.id()).data()).limitBytes();
    subvolumes().limit(home(volume.id()).data(), bytes);

    restart();
    Driver.sweep(store);

    assertThat(subvolumes().quota(home(volume.id()).data()).limitBytes()).isEqualTo(limit);
  }

  private Subvolumes subvolumes() {
    return linux.subvolumes();
  }

  /// Fills the volume until only this much is left, closer to its limit than a pod's write would
  /// get.
  private void fill(Volume volume, long left) throws IOException {
    Path data = home(volume.id()).data();
    long limit = subvolumes().quota(data).limitBytes();
    assertThatThrownBy(
            () -> Files.write(data.resolve("file"), new byte[(int) (limit + Driver.MIB)]))
        .hasMessageContaining("quota");
    linux.disk().syncFileSystem(data);
    subvolumes().limit(data, subvolumes().quota(data).usedBytes() + left);
  }
}
