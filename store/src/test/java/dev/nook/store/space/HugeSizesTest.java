package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests sizes that no disk has, in every call with a size: they are refused before anything is
/// made, and no sum wraps.
class HugeSizesTest {
  private static final long BYTES = 64 * MIB;
  private static final List<Long> FIGURES =
      List.of(
          Long.MAX_VALUE,
          Long.MAX_VALUE - 4096,
          Long.MAX_VALUE - 8192,
          (1L << 62) + 1,
          1L << 62,
          CapacityRange.LARGEST + 1,
          CapacityRange.LARGEST,
          1L << 50);

  @TempDir(factory = InMemory.class)
  Path root;

  private final Random random = new Random(7);

  private interface Call {
    void with(long bytes) throws StorageException, IOException;
  }

  static Stream<Arguments> pools() {
    Shape raw = new Shape.Raw(Provisioning.THIN);
    return Stream.of(
        Arguments.of(FileSystemType.XFS, raw, 1.0),
        Arguments.of(FileSystemType.XFS, raw, 1e18),
        Arguments.of(FileSystemType.BTRFS, raw, 1.0),
        Arguments.of(FileSystemType.BTRFS, raw, 3.5),
        Arguments.of(FileSystemType.BTRFS, new Shape.Tree(true), 1.0),
        Arguments.of(FileSystemType.BTRFS, new Shape.Tree(true), 1e18),
        Arguments.of(FileSystemType.EXT4, new Shape.Tree(false), 2.0));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void noCallPromisesWhatThePoolDoesNotHave(FileSystemType host, Shape shape, double overcommit)
      throws Exception {
    FakeGround ground = FakeGround.on(root, host, shape);
    VolumeStore store = Driver.started(ground.linux(), ground.pool().withOvercommit(overcommit));
    VolumeId source = store.create(spec("source", shape, BYTES)).id();
    write(ground, source);
    SnapshotId snapshot = store.snapshot(new Name("snapshot"), source).id();

    for (long bytes : figures()) {
      refused(ground, store, bytes, size -> store.create(spec("huge", shape, size)));
      refused(ground, store, bytes, size -> store.create(spec("clone", shape, size, source)));
      refused(ground, store, bytes, size -> store.create(spec("restored", shape, size, snapshot)));
      notExpanded(ground, store, bytes, size -> store.expand(source, new CapacityRange(size, 0)));
      notExpanded(
          ground,
          store,
          bytes,
          size -> store.expand(source, new CapacityRange(size, Long.MAX_VALUE)));
    }

    assertThat(store.get(source).capacityBytes()).isEqualTo(BYTES);
  }

  private static void write(FakeGround ground, VolumeId id) throws IOException {
    if (ground.shape() instanceof Shape.Tree) {
      Path data = new Layout(ground.pool().path()).volume(id).data();
      Files.write(ground.contentOf(data.resolve("file")), new byte[64 << 10]);
    }
  }

  private List<Long> figures() {
    LongStream some = LongStream.generate(() -> random.nextLong(1L << 40, Long.MAX_VALUE));
    return Stream.concat(FIGURES.stream(), some.limit(40).boxed()).toList();
  }

  private static void refused(FakeGround ground, VolumeStore store, long bytes, Call call)
      throws IOException {
    refused(
        ground,
        store,
        bytes,
        call,
        bytes > CapacityRange.LARGEST
            ? new Class<?>[] {StorageException.OutOfRange.class}
            : new Class<?>[] {StorageException.OutOfRange.class, StorageException.Exhausted.class});
  }

  private static void notExpanded(FakeGround ground, VolumeStore store, long bytes, Call call)
      throws IOException {
    refused(ground, store, bytes, call, StorageException.ExpansionRefused.class);
  }

  /// Asserts that a call is refused for its size and changes nothing.
  private static void refused(
      FakeGround ground, VolumeStore store, long bytes, Call call, Class<?>... kinds)
      throws IOException {
    var before = status(store);

    assertThatThrownBy(() -> call.with(bytes)).as("%d bytes", bytes).isInstanceOfAny(kinds);

    var after = status(store);
    assertThat(after.chargedBytes()).as("%d bytes", bytes).isEqualTo(before.chargedBytes());
    assertThat(after.volumes() + after.snapshots()).isEqualTo(2);
    Layout layout = new Layout(ground.pool().path());
    assertThat(ground.linux().disk().list(layout.staging())).isEmpty();
    assertThat(ground.linux().disk().list(layout.trash())).isEmpty();
    assertThat(before.chargedBytes()).isBetween(0L, before.sizeBytes());
  }
}
