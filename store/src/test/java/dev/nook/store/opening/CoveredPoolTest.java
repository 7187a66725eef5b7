package dev.nook.store.opening;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.swept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
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
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Another filesystem is mounted over a pool that is served.
class CoveredPoolTest {
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final long BYTES = 64 * MIB;
  private static final CapacityRange TWICE = new CapacityRange(2 * BYTES, 0);

  private interface Work {
    void run(VolumeStore store, VolumeId kept) throws StorageException, IOException;
  }

  private interface Check {
    void run(VolumeStore store, VolumeId kept, boolean acknowledged)
        throws StorageException, IOException;
  }

  @TempDir(factory = InMemory.class)
  Path root;

  private int grounds;
  private FakeGround ground;
  private Linux linux;
  private Interleaved interleaved;
  private Path pool;
  private Path other;

  @BeforeEach
  void boot() throws IOException {
    Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
    ground = FakeGround.on(folder, FileSystemType.XFS, SHAPE);
    linux = ground.linux();
    interleaved = Interleaved.over(linux);
    pool = ground.pool().path();
    other = Files.createDirectory(folder.resolve("other"));
  }

  private void cover() throws IOException {
    linux.mounts().bind(other, pool, MountFlags.NONE);
  }

  private static String why(VolumeStore store) {
    return status(store).health() instanceof Health.Closed(var why) ? why : "open";
  }

  @Test
  void nothingIsAnsweredForUntilThePoolIsInSightAgain() throws Exception {
    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      VolumeId id = store.create(spec("kept", SHAPE, BYTES)).id();
      SnapshotId snapshot = store.snapshot(new Name("snap"), id).id();
      store.attach(id);

      cover();

      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.create(spec("kept", SHAPE, BYTES)),
              () -> store.create(spec("new", SHAPE, BYTES)),
              () -> store.create(spec("copy", SHAPE, BYTES, snapshot)),
              () -> store.get(id),
              () -> store.get(snapshot),
              () -> store.attach(id),
              () -> store.expand(id, TWICE),
              () -> store.snapshot(new Name("snap-2"), id),
              () -> store.delete(snapshot),
              () -> store.delete(id))) {
        assertThatThrownBy(call)
            .isInstanceOf(StorageException.NotReady.class)
            .hasMessageContaining("something else is mounted over " + pool);
      }
      for (int i = 0; i < 3; i++) {
        assertThat(swept(store)).isEmpty();
        assertThat(why(store)).contains("something else is mounted over " + pool);
      }
      assertThat(linux.disk().list(other)).isEmpty();
      assertThat(store.attached()).containsExactly(id);

      linux.mounts().unmount(pool);
      assertThat(swept(store)).isEmpty();

      assertThat(status(store).health()).isEqualTo(new Health.Open());
      store.detach(id);
      store.delete(store.get(snapshot).id());
      store.delete(store.get(id).id());
      assertThat(linux.disk().list(new Layout(pool).volumes())).isEmpty();
    }
  }

  @Test
  void aSweepAloneFindsIt() throws Exception {
    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      cover();
      assertThat(swept(store)).isEmpty();
      assertThat(why(store)).contains("something else is mounted over " + pool);
      linux.mounts().unmount(pool);
      assertThat(swept(store)).isEmpty();
      assertThat(status(store).health()).isEqualTo(new Health.Open());
    }
  }

  @Test
  void whatCoversOneRoomOfThePoolIsFoundToo() throws Exception {
    Layout layout = new Layout(pool);
    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      VolumeId id = store.create(spec("kept", SHAPE, BYTES)).id();
      linux.mounts().bind(other, layout.volumes(), MountFlags.NONE);

      assertThatThrownBy(() -> store.delete(id)).isInstanceOf(StorageException.NotReady.class);
      assertThat(swept(store)).isEmpty();
      assertThat(swept(store)).isEmpty();
      assertThat(why(store)).contains("mounted over " + layout.volumes());

      linux.mounts().unmount(layout.volumes());
      assertThat(swept(store)).isEmpty();
      assertThat(store.get(id).id()).isEqualTo(id);
    }
  }

  /// A pool of this node, and even a copy of this one, is another place.
  @Test
  void anotherPoolThatIsMountedOverThisOneIsNotTakenForIt() throws Exception {
    PoolConfig over = PoolConfig.of(new PoolName("over"), other);
    Driver.started(linux, over).close();
    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      VolumeId id = store.create(spec("kept", SHAPE, BYTES)).id();
      cover();
      assertThat(swept(store)).isEmpty();
      assertThat(swept(store)).isEmpty();

      assertThat(why(store)).contains("something else is mounted over " + pool);
      assertThatThrownBy(() -> store.delete(id)).isInstanceOf(StorageException.NotReady.class);

      linux.mounts().unmount(pool);
      assertThat(swept(store)).isEmpty();
      assertThat(store.get(id).id()).isEqualTo(id);
    }
  }

  /// What it is covered with: nothing, or what a copy of the pool holds.
  private enum Cover {
    EMPTY,
    COPY
  }

  @ParameterizedTest
  @EnumSource
  void atEveryMomentOfACreate(Cover cover) throws Exception {
    atEveryMoment(
        cover,
        (store, _) -> store.create(spec("new", SHAPE, BYTES)),
        (store, _, acknowledged) -> {
          VolumeId id = store.idOf(spec("new", SHAPE, BYTES));
          if (acknowledged) {
            assertThat(store.get(id).id()).isEqualTo(id);
          }
          assertThat(store.create(spec("new", SHAPE, BYTES)).id()).isEqualTo(id);
        });
  }

  @ParameterizedTest
  @EnumSource
  void atEveryMomentOfACopy(Cover cover) throws Exception {
    atEveryMoment(
        cover,
        (store, kept) -> store.create(spec("new", SHAPE, BYTES, kept)),
        (store, kept, acknowledged) -> {
          VolumeId id = store.idOf(spec("new", SHAPE, BYTES));
          if (acknowledged) {
            assertThat(store.get(id).id()).isEqualTo(id);
          }
          assertThat(store.create(spec("new", SHAPE, BYTES, kept)).id()).isEqualTo(id);
        });
  }

  @ParameterizedTest
  @EnumSource
  void atEveryMomentOfADelete(Cover cover) throws Exception {
    atEveryMoment(
        cover,
        (store, kept) -> store.delete(kept),
        (store, kept, acknowledged) -> {
          if (acknowledged) {
            assertThatThrownBy(() -> store.get(kept)).isInstanceOf(StorageException.NotFound.class);
          }
          store.delete(kept);
        });
  }

  @ParameterizedTest
  @EnumSource
  void atEveryMomentOfASnapshotAndItsDelete(Cover cover) throws Exception {
    Name snap = new Name("snap");
    atEveryMoment(
        cover,
        (store, kept) -> store.snapshot(snap, kept),
        (store, kept, acknowledged) -> {
          SnapshotId id = store.idOf(snap, kept);
          if (acknowledged) {
            assertThat(store.get(id).id()).isEqualTo(id);
          }
          assertThat(store.snapshot(snap, kept).id()).isEqualTo(id);
        });
    atEveryMoment(
        cover,
        (store, kept) -> store.delete(store.snapshot(snap, kept).id()),
        (store, kept, acknowledged) -> {
          SnapshotId id = store.idOf(snap, kept);
          if (acknowledged) {
            assertThatThrownBy(() -> store.get(id)).isInstanceOf(StorageException.NotFound.class);
          }
          store.delete(id);
        });
  }

  @ParameterizedTest
  @EnumSource
  void atEveryMomentOfAnExpansion(Cover cover) throws Exception {
    atEveryMoment(
        cover,
        (store, kept) -> store.expand(kept, TWICE),
        (store, kept, acknowledged) -> {
          if (acknowledged) {
            assertThat(store.get(kept).capacityBytes()).isEqualTo(2 * BYTES);
          }
          assertThat(store.expand(kept, TWICE).capacityBytes()).isEqualTo(2 * BYTES);
        });
  }

  private void atEveryMoment(Cover cover, Work work, Check check) throws Exception {
    for (int call = 1; ; call++) {
      boot();
      boolean happened;
      boolean acknowledged;
      VolumeId kept;
      try (VolumeStore store = Driver.started(interleaved.linux(), ground.pool())) {
        kept = store.create(spec("kept", SHAPE, BYTES)).id();
        if (cover == Cover.COPY) {
          linux.disk().copyTree(pool, other);
        }
        List<String> before = linux.disk().list(other);
        interleaved.before(call, this::cover);
        acknowledged = attempt(store, kept, work);
        happened = interleaved.happened();
        interleaved.before(0, () -> {});
        if (happened) {
          assertThat(linux.disk().list(other)).isEqualTo(before);
          linux.mounts().unmount(pool);
        }
        assertThat(swept(store)).isEmpty();
        assertThat(swept(store)).isEmpty();
        assertThat(status(store).health()).as("call %d", call).isEqualTo(new Health.Open());
        check.run(store, kept, acknowledged);
      }
      try (VolumeStore next = Driver.started(linux, ground.pool())) {
        assertThat(next.ready()).isTrue();
      }
      if (!happened) {
        assertThat(acknowledged).isTrue();
        return;
      }
    }
  }

  private static boolean attempt(VolumeStore store, VolumeId kept, Work work) throws IOException {
    try {
      work.run(store, kept);
      return true;
    } catch (StorageException.NotReady _) {
      return false;
    } catch (StorageException e) {
      throw new AssertionError(e);
    }
  }
}
