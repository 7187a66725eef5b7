package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests that a failure inside one volume stops neither its pool nor its neighbours.
@RealKernel
class VolumeErrorsIT {
  private static final Shape EXT4 = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final Shape XFS = new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN);
  private static final Shape RAW = new Shape.Raw(Provisioning.THIN);

  @TempDir Path root;

  private final Linux linux = RealPool.linux();

  @Test
  void anExt4ThatAbortedItsJournalInAFullPool() throws Exception {
    try (RealPool disk = RealPool.create(root, FileSystemType.XFS, 400 * MIB);
        VolumeStore store =
            Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()).withOvercommit(8))) {
      VolumeId ill = store.create(spec("ill", EXT4, 256 * MIB)).id();
      VolumeId ballast = store.create(spec("ballast", RAW, 128 * MIB)).id();
      Path shown = show(linux, store.attach(ill), root, ill);
      fillTheDisk(new Layout(disk.path()).volume(ballast).image());
      writeUntilTheJournalAborts(shown);
      store.delete(ballast);
      Driver.sweep(store);

      stopsNobodyElse(store, ill, EXT4);

      hide(linux, shown);
      store.detach(ill);
    }
  }

  @Test
  void anXfsThatWasShutDown() throws Exception {
    try (RealPool disk = RealPool.create(root, FileSystemType.XFS, 1 << 30);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      VolumeId ill = store.create(spec("ill", XFS, 300 * MIB)).id();
      Path shown = show(linux, store.attach(ill), root, ill);
      Files.writeString(shown.resolve("file"), "written");
      Processes.run(Command.of("xfs_io", "-x", "-c", "shutdown", shown.toString()));

      stopsNobodyElse(store, ill, RAW);

      hide(linux, shown);
      store.detach(ill);
      store.delete(ill);
    }
  }

  /// The owner of a subvolume may do so without any privilege.
  @Test
  void aDirectoryThatItsOwnerMadeReadOnly() throws Exception {
    Shape tree = new Shape.Tree(true);
    try (RealPool disk = RealPool.create(root, FileSystemType.BTRFS, 512 * MIB);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      VolumeId id = store.create(spec("read-only", tree, 32 * MIB)).id();
      Path data = new Layout(disk.path()).volume(id).data();
      Files.createDirectories(data.resolve("full/of/files"));
      Processes.run(Command.of("btrfs", "property", "set", data.toString(), "ro", "true"));

      SnapshotId snapshot = store.snapshot(new Name("snapshot"), id).id();
      store.expand(id, new CapacityRange(40 * MIB, 0));
      VolumeId clone = store.create(spec("clone", tree, 40 * MIB, id)).id();
      VolumeId restored = store.create(spec("restored", tree, 40 * MIB, snapshot)).id();
      for (VolumeId each : List.of(id, clone, restored)) {
        store.delete(each);
      }
      store.delete(snapshot);
      Driver.sweep(store);

      assertThat(status(store).health()).isEqualTo(new Health.Open());
      assertThat(new Layout(disk.path()).trash()).isEmptyDirectory();
    }
  }

  private static void stopsNobodyElse(VolumeStore store, VolumeId ill, Shape shape)
      throws StorageException, IOException {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> store.snapshot(new Name("of-ill"), ill))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(ill.text());
      assertThatThrownBy(
              () -> store.create(spec("clone", store.get(ill).content().shape(), 0, ill)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(ill.text());
    }
    assertThat(status(store).health()).isEqualTo(new Health.Open());
    VolumeId other = store.create(spec("other", shape, 32 * MIB)).id();
    store.snapshot(new Name("of-other"), other);
    store.expand(other, new CapacityRange(40 * MIB, 0));
    assertThat(store.capacity(Optional.empty(), RAW).availableBytes()).isPositive();
  }

  private static void fillTheDisk(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 0; ; at += 4096) {
        channel.write(ByteBuffer.allocate(4096), at);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /// A journal's own write is refused when the pool has no block left, and then nothing can be
  /// made.
  private static void writeUntilTheJournalAborts(Path shown) {
    boolean aborted = false;
    for (int i = 0; !aborted; i++) {
      assertThat(i).isLessThan(2000);
      try {
        Path directory = Files.createDirectory(shown.resolve("directory-" + i));
        try (FileChannel file =
            FileChannel.open(
                directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.allocate((int) MIB));
          file.force(true);
        }
      } catch (IOException e) {
        aborted = String.valueOf(e.getMessage()).contains("Read-only");
      }
    }
  }
}
