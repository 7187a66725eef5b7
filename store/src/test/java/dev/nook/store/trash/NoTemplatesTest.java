package dev.nook.store.trash;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests that mkfs makes every volume where a template would be slower, or its blocks would not be
/// freed.
class NoTemplatesTest {
  @TempDir(factory = InMemory.class)
  Path root;

  static Stream<Arguments> elsewhere() {
    Shape ext4 = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
    return Stream.of(
        Arguments.of(
            FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK)),
        Arguments.of(
            FileSystemType.XFS, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN)),
        Arguments.of(FileSystemType.XFS, new Shape.Raw(Provisioning.THIN)),
        Arguments.of(FileSystemType.XFS, new Shape.Tree(false)),
        Arguments.of(FileSystemType.BTRFS, ext4),
        Arguments.of(FileSystemType.BTRFS, new Shape.Tree(true)));
  }

  @ParameterizedTest
  @MethodSource("elsewhere")
  void noTemplateIsKept(FileSystemType pool, Shape shape) throws Exception {
    FakeGround ground =
        FakeGround.on(
            root, FileSystemType.EXT4, Optional.of(new PoolConfig.Image(4L << 30, pool)), shape);
    try (VolumeStore store = Driver.started(ground.linux(), ground.pool())) {
      store.create(spec("first", shape, 300 * MIB));
      store.create(spec("second", shape, 300 * MIB));

      Layout layout = new Layout(ground.pool().path());
      assertThat(ground.linux().disk().list(layout.volumes())).hasSize(2);
      assertThat(ground.linux().disk().list(layout.staging())).isEmpty();
      assertThat(ground.linux().disk().list(layout.trash())).isEmpty();
    }
  }
}
