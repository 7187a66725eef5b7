package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool with room for more than its filesystem takes in one file.
class LargestVolumeTest {
  private static final long TIB = 1L << 40;
  private static final long LARGEST_ON_EXT4 = 16 * TIB - 4096;
  private static final Shape RAW = new Shape.Raw(Provisioning.THIN);

  @TempDir(factory = InMemory.class)
  Path root;

  private VolumeStore on(FileSystemType type) throws IOException, PoolHeld {
    Path pool = Files.createDirectory(root.resolve(type.toString()));
    var kernel = new FakeKernel(pool, FakeKernel.Options.on(type).withSpace(100 * TIB, 80 * TIB));
    return Driver.started(kernel.linux(), PoolConfig.of(PoolName.DEFAULT, pool));
  }

  @Test
  void aVolumeOnExt4IsAtMostTheLargestFile() throws Exception {
    VolumeStore store = on(FileSystemType.EXT4);
    assertThat(store.capacity(Optional.empty(), RAW).maximumVolumeBytes())
        .isEqualTo(LARGEST_ON_EXT4);

    for (long bytes : new long[] {LARGEST_ON_EXT4 + 1, 17 * TIB}) {
      assertThatThrownBy(() -> store.create(spec("pvc", RAW, bytes)))
          .isInstanceOf(StorageException.Exhausted.class)
          .hasMessageContaining(Long.toString(LARGEST_ON_EXT4));
    }

    assertThat(new Layout(root.resolve("ext4")).staging()).isEmptyDirectory();
    assertThat(status(store).chargedBytes()).isZero();
    assertThat(store.create(spec("pvc", RAW, LARGEST_ON_EXT4)).capacityBytes())
        .isEqualTo(LARGEST_ON_EXT4);
  }

  @Test
  void aVolumeOnExt4GrowsToTheLargestFileAndNoFurther() throws Exception {
    VolumeStore store = on(FileSystemType.EXT4);
    VolumeId id = store.create(spec("pvc", RAW, 64 * MIB)).id();

    assertThatThrownBy(() -> store.expand(id, new CapacityRange(17 * TIB, 0)))
        .isInstanceOf(StorageException.ExpansionRefused.class)
        .hasMessageContaining(id.text())
        .hasMessageContaining(Long.toString(LARGEST_ON_EXT4));
    assertThatThrownBy(() -> store.create(spec("copy", RAW, 17 * TIB, id)))
        .isInstanceOf(StorageException.Exhausted.class);

    assertThat(status(store).chargedBytes()).isEqualTo(64 * MIB);
    assertThat(store.expand(id, new CapacityRange(LARGEST_ON_EXT4, 0)).capacityBytes())
        .isEqualTo(LARGEST_ON_EXT4);
  }

  @Test
  void directoriesAndOtherFilesystemsHaveNoSuchLimit() throws Exception {
    Volume directory =
        on(FileSystemType.EXT4).create(spec("directory", new Shape.Tree(false), 17 * TIB));
    Volume image = on(FileSystemType.XFS).create(spec("image", RAW, 17 * TIB));

    assertThat(directory.capacityBytes()).isEqualTo(17 * TIB);
    assertThat(image.capacityBytes()).isEqualTo(17 * TIB);
  }
}
