package dev.nook.store.opening;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pool images on the real kernel.
@RealKernel
class PoolImageIT {
  private static final long BYTES = 400 * MIB;

  @TempDir Path root;

  private final Linux linux = RealPool.linux();

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void volumesInAPoolImageOutliveTheDriverAndAReboot(FileSystemType type) throws Exception {
    Leftovers leftovers = Leftovers.since(linux, root);
    PoolConfig config =
        PoolConfig.of(PoolName.DEFAULT, root.resolve("pool"))
            .withImage(new PoolConfig.Image(BYTES, type));
    Path folder = Files.createDirectory(root.resolve("shown"));
    Path image = root.resolve("pool.img");

    VolumeStore first = Driver.started(linux, config);
    assertThat(status(first).health()).isEqualTo(new Health.Open());
    assertThat(linux.disk().stat(image).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(BYTES);
    for (Shape shape : shapes(type)) {
      VolumeId id = first.create(spec("pvc " + shape, shape, 32 * MIB)).id();
      Path target = show(linux, first.attach(id), folder, id);
      Files.writeString(target.resolve("greeting"), "hello");
    }
    first.close();

    VolumeStore second = Driver.started(linux, config);
    assertThat(second.attached()).hasSize(shapes(type).size());
    readAndTakeDown(second, folder, shapes(type));
    second.close();
    forget(config, image);

    VolumeStore third = Driver.started(linux, config);
    for (Shape shape : shapes(type)) {
      VolumeId id = third.idOf(spec("pvc " + shape, shape, 0));
      show(linux, third.attach(id), folder, id);
    }
    readAndTakeDown(third, folder, shapes(type));
    third.close();
    forget(config, image);
    leftovers.assertNone();
  }

  private static List<Shape> shapes(FileSystemType type) {
    Shape thin = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
    Shape thick = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK);
    return type == FileSystemType.BTRFS
        ? List.of(thin, thick, new Shape.Tree(true))
        : List.of(thin, thick);
  }

  private void readAndTakeDown(VolumeStore store, Path folder, List<Shape> shapes)
      throws Exception {
    for (Shape shape : shapes) {
      VolumeId id = store.idOf(spec("pvc " + shape, shape, 0));
      Path target = folder.resolve(id.text());
      assertThat(Files.readString(target.resolve("greeting"))).isEqualTo("hello");
      hide(linux, target);
      store.detach(id);
    }
    assertThat(store.attached()).isEmpty();
  }

  /// What a reboot does to a pool image.
  private void forget(PoolConfig config, Path image) throws IOException {
    linux.mounts().unmount(config.path());
    linux.loops().detach(linux.loops().find(image, Access.READ_WRITE).orElseThrow().device());
  }
}
