package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.nio.file.ExtendedOpenOption;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.PoolConfig;
import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
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
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fills pools to the last block with every mix of volumes, snapshots and copies, and then
/// overwrites everything, in order and at random: promised space is there.
@RealKernel
class FullPoolIT {
  private static final int BLOCK = 4096;
  private static final Shape THIN = new Shape.Raw(Provisioning.THIN);
  private static final Shape THICK = new Shape.Raw(Provisioning.THICK);
  private static final Shape THIN_EXT4 =
      new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final List<Shape> IMAGES =
      List.of(THIN, THICK, THIN_EXT4, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK));
  private static final Shape TREE = new Shape.Tree(true);

  @TempDir Path root;

  private final Linux linux = RealPool.linux();
  private final Random random = new Random(4);
  private final ByteBuffer noise =
      ByteBuffer.allocateDirect((int) MIB + BLOCK).alignedSlice(BLOCK).slice(0, (int) MIB);

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void whatWasPromisedCanBeOverwritten(FileSystemType host) throws Exception {
    try (RealPool disk =
            RealPool.create(root, host, host == FileSystemType.BTRFS ? 3L << 29 : 1L << 30);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      for (Shape shape : shapes(host)) {
        mix(store, shape);
      }
      fillUp(store);

      for (Volume volume : volumes(store)) {
        overwrite(store, volume);
      }
      for (Volume volume : volumes(store)) {
        scatter(store, volume);
      }
      overwrite(store, volumes(store).getFirst());
      exchange(store, shapes(host));

      deleteAll(store);
    }
  }

  /// A block that is not written in place would need space in addition to its extent.
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void aThickVolumeAsLargeAsThePoolIsWrittenInPlace(FileSystemType host) throws Exception {
    try (RealPool disk = RealPool.create(root, host, 320 * MIB);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      long free = store.capacity(Optional.empty(), THICK).availableBytes();
      Volume volume = store.create(Driver.spec("all of it", THICK, free));

      overwrite(store, volume);
      scatter(store, volume);

      store.delete(volume.id());
      Driver.sweep(store);
      assertThat(status(store).chargedBytes()).isZero();
    }
  }

  /// Of every extent of an image one block is left where a copy was, of each by another file.
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void whatCopiesLeaveInExtentsOfOthersIsPromisedToNobody(FileSystemType host) throws Exception {
    try (RealPool disk = RealPool.create(root, host, 512 * MIB);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      overwrite(store, store.create(Driver.spec("source " + THIN, THIN, 32 * MIB)));
      for (int i = 0; i < 3; i++) {
        Volume source = store.create(Driver.spec("source-" + i, THIN, 32 * MIB));
        overwrite(store, source);
        SnapshotId snapshot = store.snapshot(new Name("cut-" + i), source.id()).id();
        Volume copy = store.create(Driver.spec("copy-" + i, THIN, 32 * MIB, source.id()));
        store.delete(snapshot);
        overwriteButOneInEight(store, copy, i);
        overwriteButOneInEight(store, source, i + 1);
        if (i < 2) {
          store.delete(i == 0 ? source.id() : copy.id());
        }
        Driver.sweep(store);
      }
      fillUp(store);

      for (Volume volume : volumes(store)) {
        overwrite(store, volume);
      }
      deleteAll(store);
    }
  }

  /// Before and after the templates had to give their room.
  @Test
  void whatStartedFromTemplatesCanBeOverwritten() throws Exception {
    try (RealPool disk = RealPool.create(root, FileSystemType.XFS, 1 << 30);
        VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()))) {
      Path staging = new Layout(disk.path()).staging();
      store.create(Driver.spec("source " + THIN, THIN, 32 * MIB));
      for (int i = 0; free(store) > 100 * MIB; i++) {
        store.create(Driver.spec("volume-" + i, THIN_EXT4, (32 + i % 4) * MIB));
      }
      store.create(Driver.spec("most of the rest", THIN, free(store) - 24 * MIB));
      assertThat(linux.disk().list(staging)).hasSize(4);
      for (Volume volume : volumes(store)) {
        overwrite(store, volume);
      }
      assertThat(linux.disk().list(staging)).hasSize(4);

      fillUp(store);

      assertThat(linux.disk().list(staging)).isEmpty();
      for (Volume volume : volumes(store)) {
        overwrite(store, volume);
      }
      deleteAll(store);
    }
  }

  private static long free(VolumeStore store) throws StorageException, IOException {
    return store.capacity(Optional.empty(), THIN).availableBytes();
  }

  private static List<Shape> shapes(FileSystemType host) {
    Stream<Shape> trees = host == FileSystemType.BTRFS ? Stream.of(TREE) : Stream.empty();
    return Stream.concat(IMAGES.stream(), trees).toList();
  }

  /// A volume, its snapshots and copies, each with something of its own.
  private void mix(VolumeStore store, Shape shape) throws Exception {
    Volume source = store.create(Driver.spec("source " + shape, shape, 32 * MIB));
    overwrite(store, source);
    SnapshotId first = store.snapshot(new Name("first " + shape), source.id()).id();
    overwrite(store, source);
    SnapshotId second = store.snapshot(new Name("second " + shape), source.id()).id();
    Volume restored = store.create(Driver.spec("restored " + shape, shape, 32 * MIB, first));
    store.create(Driver.spec("clone " + shape, shape, 32 * MIB, source.id()));
    scatter(store, restored);
    store.snapshot(new Name("of a copy " + shape), restored.id());
    store.delete(second);
    Driver.sweep(store);
  }

  /// Fills the pool. Filesystems free deleted blocks a moment later, so only a refusal shows that
  /// no block is left.
  private static void fillUp(VolumeStore store) throws StorageException, IOException {
    boolean full = false;
    for (int i = 0; !full; i++) {
      Shape shape = i % 2 == 0 ? THIN : THICK;
      long bytes = Math.clamp(free(store), BLOCK, 100 * MIB);
      try {
        store.create(Driver.spec("filling-" + i, shape, bytes));
      } catch (StorageException.Exhausted _) {
        full = free(store) == 0;
      }
    }
    VolumeId source = store.idOf(Driver.spec("source " + THIN, THIN, BLOCK));
    assertThatThrownBy(() -> store.snapshot(new Name("one more"), source))
        .isInstanceOf(StorageException.Exhausted.class);
  }

  /// Checks that a deletion makes room at once for as much, although no block is left for the
  /// deletion itself.
  private static void exchange(VolumeStore store, List<Shape> shapes)
      throws StorageException, IOException {
    assertThat(store.capacity(Optional.empty(), THIN).availableBytes()).isZero();
    VolumeId filling = store.idOf(Driver.spec("filling-0", THIN, BLOCK));
    long bytes = store.get(filling).capacityBytes();
    store.delete(filling);
    store.create(Driver.spec("in its place", THICK, bytes));
    for (Shape shape : shapes) {
      VolumeId source = store.idOf(Driver.spec("source " + shape, shape, BLOCK));
      Snapshot snapshot = store.get(store.idOf(new Name("first " + shape), source));
      store.delete(snapshot.id());
      store.create(Driver.spec("instead of " + snapshot.name(), THICK, snapshot.chargedBytes()));
    }
  }

  private static List<Volume> volumes(VolumeStore store) throws StorageException {
    return store.list(0, Optional.empty()).entries().stream()
        .flatMap(listed -> listed.volume().stream())
        .toList();
  }

  private void deleteAll(VolumeStore store) throws StorageException, IOException {
    for (Volume volume : volumes(store)) {
      store.delete(volume.id());
    }
    for (var snapshot : store.snapshots(Snapshots.Filter.ALL, 0, Optional.empty()).entries()) {
      store.delete(snapshot.id());
    }
    Driver.sweep(store);
    assertThat(status(store).chargedBytes()).isZero();
  }

  /// Overwrites every byte of a volume.
  private void overwrite(VolumeStore store, Volume volume) throws Exception {
    switch (store.attach(volume.id())) {
      case Attachment.Device(var device) -> fill(device, volume.capacityBytes());
      case Attachment.FileSystem(var device, var type) -> {
        Path target = Files.createDirectories(root.resolve("shown"));
        linux.mounts().mount(device, target, type, MountFlags.NONE);
        try {
          fill(target.resolve("file"), linux.fileSystems().usage(target).totalBytes() - 2 * MIB);
        } finally {
          linux.mounts().unmount(target);
        }
      }
      case Attachment.Tree(var tree) -> {
        Files.deleteIfExists(tree.resolve("file")); // Written over, it would be held twice.
        fill(tree.resolve("file"), volume.capacityBytes() - MIB);
      }
    }
    store.detach(volume.id());
  }

  private void fill(Path file, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += MIB) {
        channel.write(noise(Math.min(MIB, bytes - at)), at);
      }
      channel.force(true);
    }
  }

  /// One block in four, at random.
  private void scatter(VolumeStore store, Volume volume) throws Exception {
    long blocks = volume.capacityBytes() / BLOCK;
    write(store, volume, LongStream.generate(() -> random.nextLong(blocks)).limit(blocks / 4));
  }

  private void overwriteButOneInEight(VolumeStore store, Volume volume, int kept) throws Exception {
    long blocks = volume.capacityBytes() / BLOCK;
    write(store, volume, LongStream.range(0, blocks).filter(block -> block % 8 != kept));
  }

  /// Writes blocks one after the other, past every cache; does nothing where the volume is not a
  /// device.
  private void write(VolumeStore store, Volume volume, LongStream blocks) throws Exception {
    if (store.attach(volume.id()) instanceof Attachment.Device(var device)) {
      try (FileChannel channel =
          FileChannel.open(device, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
        for (long block : (Iterable<Long>) blocks::iterator) {
          channel.write(noise.clear().limit(BLOCK), block * BLOCK);
        }
        channel.force(true);
      }
    }
    store.detach(volume.id());
  }

  private ByteBuffer noise(long bytes) {
    noise.clear();
    while (noise.hasRemaining()) {
      noise.putLong(random.nextLong());
    }
    return noise.flip().limit((int) bytes);
  }
}
