package dev.nook.store.opening;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolImageTest {
  private static final PoolConfig.Image WANTED = new PoolConfig.Image(1L << 30, FileSystemType.XFS);
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private Linux linux;
  private Path image;

  @BeforeEach
  void boot() throws IOException {
    ground = FakeGround.on(root, FileSystemType.EXT4, Optional.of(WANTED), SHAPE);
    linux = ground.linux();
    image = root.resolve("pool.img");
  }

  private String why(VolumeStore store) {
    return status(store).health() instanceof Health.Closed(var why) ? why : "open";
  }

  @Test
  void anImageTooSmallForItsFilesystemOrOfExt4IsNoConfiguration() {
    assertThatThrownBy(() -> new PoolConfig.Image(MIB, FileSystemType.XFS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PoolConfig.Image((1L << 30) + 1, FileSystemType.XFS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PoolConfig.Image(1L << 30, FileSystemType.EXT4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileWithoutAFilesystemIsNeverFormatted() throws Exception {
    linux.disk().write(image, "precious".getBytes(StandardCharsets.UTF_8));

    VolumeStore store = Driver.started(linux, ground.pool());

    assertThat(why(store)).contains(image.toString(), "is not formatted");
    assertThat(linux.disk().read(image, 100)).asString().isEqualTo("precious");
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void aMountPointThatHoldsFilesIsNotHidden() throws Exception {
    linux.disk().makeDirectory(ground.pool().path());
    linux.disk().write(ground.pool().path().resolve("precious"), new byte[1]);

    assertThat(why(Driver.started(linux, ground.pool()))).contains("not empty");
  }

  @Test
  void aDiskTooSmallLeavesNoHalfMadeImage() throws Exception {
    ground.kernel().leaveAvailable(100 * MIB);

    VolumeStore store = Driver.started(linux, ground.pool());

    assertThat(why(store)).contains("ENOSPC");
    assertThat(linux.disk().list(root)).noneMatch(name -> name.contains(".img.new"));
    assertThat(linux.disk().stat(image)).isEmpty();
  }

  @Test
  void aSecondDriverDoesNotAttachAnImageThatIsHeld() throws Exception {
    VolumeStore first = Driver.started(linux, ground.pool());

    assertThatThrownBy(() -> Driver.of(linux, ground.pool()).lock(Duration.ZERO))
        .isInstanceOf(PoolHeld.class);

    assertThat(linux.loops().all()).hasSize(1);
    first.close();
  }

  @Test
  void anImageIsMadeOnceInFullAndMountedFromTheDeviceItHas() throws Exception {
    VolumeStore first = Driver.started(linux, ground.pool());
    first.create(spec("pvc", SHAPE, 64 * MIB));
    FileSystems.Identity identity = linux.fileSystems().probe(image).orElseThrow();
    first.close();
    assertThat(linux.disk().stat(image).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(1L << 30);
    linux.mounts().unmount(ground.pool().path());
    assertThat(linux.loops().find(image, Access.READ_WRITE)).isPresent();

    VolumeStore second = Driver.started(linux, ground.pool());

    assertThat(linux.loops().all()).hasSize(1);
    assertThat(linux.mounts().at(ground.pool().path())).hasSize(1);
    assertThat(linux.fileSystems().probe(image)).contains(identity);
    assertThat(second.list(0, Optional.empty()).entries()).hasSize(1);
    second.close();
    ground.kernel().reboot();
    VolumeStore third = Driver.started(linux, ground.pool());
    assertThat(third.list(0, Optional.empty()).entries()).hasSize(1);
    assertThat(status(third).fileSystem()).contains(FileSystemType.XFS);
  }

  @Test
  void aRestartMountsNothingTwice() throws Exception {
    Driver.started(linux, ground.pool()).close();
    Driver.started(linux, ground.pool()).close();

    assertThat(linux.mounts().at(ground.pool().path())).hasSize(1);
    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void somebodyElsesMountAtThePathIsLeftAlone() throws Exception {
    Path other = root.resolve("other");
    linux.disk().makeDirectory(other);
    linux.disk().makeDirectory(ground.pool().path());
    linux.mounts().bind(other, ground.pool().path(), MountFlags.NONE);

    assertThat(why(Driver.started(linux, ground.pool()))).contains("is mounted there");

    assertThat(linux.disk().list(other)).isEmpty();
    assertThat(linux.mounts().at(ground.pool().path())).hasSize(1);
  }

  @Test
  void anImageThatSomebodyElseMadeAndFilledIsUsedAsItIs() throws Exception {
    UUID uuid = UUID.randomUUID();
    linux.disk().allocate(image, 512 * MIB, Allocation.FULL);
    linux.fileSystems().format(image, FileSystemType.BTRFS, uuid, Allocation.FULL);
    linux.disk().makeDirectory(ground.pool().path());
    Path device =
        linux
            .loops()
            .attach(new LoopDevices.Attach(image, Access.READ_WRITE, true, "theirs"))
            .device();
    linux.mounts().mount(device, ground.pool().path(), FileSystemType.BTRFS, MountFlags.NONE);
    linux.disk().makeDirectory(ground.pool().path().resolve("theirs"));

    VolumeStore store = Driver.started(linux, ground.pool());

    assertThat(status(store).fileSystem()).contains(FileSystemType.BTRFS);
    assertThat(linux.fileSystems().probe(image).orElseThrow().uuid()).isEqualTo(uuid);
    assertThat(linux.subvolumes().enforced(ground.pool().path())).isFalse();
    assertThatThrownBy(() -> store.create(spec("pvc", new Shape.Tree(true), MIB)))
        .isInstanceOf(StorageException.Exhausted.class);
  }
}
