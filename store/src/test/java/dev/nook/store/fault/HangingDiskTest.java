package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.Snapshots;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.Interposing;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests that while one call waits for a disk that does not answer, status, lists, and calls for
/// anything else are answered.
class HangingDiskTest {
  private static final Shape IMAGE = new Shape.Raw(Provisioning.THIN);
  private static final Shape TREE = new Shape.Tree(true);

  @TempDir(factory = InMemory.class)
  Path root;

  private final ExecutorService calls = Executors.newCachedThreadPool();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /// The beginning of the text of the call that hangs.
  private final AtomicReference<Optional<String>> hangs = new AtomicReference<>(Optional.empty());

  /// The beginning of the text of the calls that fail.
  private volatile String failing = "nothing";

  private final List<AutoCloseable> opened = new ArrayList<>();

  private VolumeStore start(FileSystemType type, Shape shape) throws IOException, PoolHeld {
    FakeGround ground = FakeGround.on(root, type, shape);
    Interposing disk =
        new Interposing() {
          @Override
          public void before(String call) throws InterruptedException, SystemCallException {
            if (call.startsWith(failing)) {
              throw new SystemCallException(failing, call, Errno.EIO);
            }
            Optional<String> now = hangs.get();
            if (now.filter(call::startsWith).isPresent()
                && hangs.compareAndSet(now, Optional.empty())) {
              hanging.countDown();
              released.await();
            }
          }
        };
    VolumeStore store = Driver.started(disk.on(ground.linux()), ground.pool());
    opened.add(store);
    opened.add(ground::close);
    return store;
  }

  @AfterEach
  void close() throws Exception {
    released.countDown();
    calls.close();
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private Future<?> hangAt(String call, Callable<?> caller) throws InterruptedException {
    hangs.set(Optional.of(call));
    Future<?> future = calls.submit(caller);
    hanging.await();
    return future;
  }

  private <T> T answered(Callable<T> call)
      throws InterruptedException, ExecutionException, TimeoutException {
    return calls.submit(call).get(20, TimeUnit.SECONDS);
  }

  @Test
  void freeSpaceThatIsNotAnsweredHidesNoStatusAndStopsNoCreation() throws Exception {
    VolumeStore store = start(FileSystemType.XFS, IMAGE);
    VolumeId one = store.create(spec("one", IMAGE, MIB)).id();

    Future<?> capacity = hangAt("space", () -> store.capacity(Optional.empty(), IMAGE));

    assertThat(answered(() -> Driver.status(store)).chargedBytes()).isEqualTo(MIB);
    assertThat(answered(() -> store.list(0, Optional.empty())).entries()).hasSize(1);
    assertThat(answered(() -> store.get(one)).capacityBytes()).isEqualTo(MIB);
    assertThat(answered(() -> store.create(spec("two", IMAGE, MIB))).capacityBytes())
        .isEqualTo(MIB);
    assertThat(capacity.isDone()).isFalse();
  }

  @Test
  void aDeleteThatHangsHoldsUpNoOther() throws Exception {
    VolumeStore store = start(FileSystemType.XFS, IMAGE);
    VolumeId stuck = store.create(spec("stuck", IMAGE, MIB)).id();
    VolumeId other = store.create(spec("other", IMAGE, MIB)).id();
    SnapshotId cut = store.snapshot(new Name("cut"), other).id();

    Future<?> delete =
        hangAt(
            "rename",
            () -> {
              store.delete(stuck);
              return stuck;
            });

    assertThat(answered(() -> Driver.status(store)).volumes()).isEqualTo(2);
    answered(() -> {
      store.delete(cut);
      store.delete(other);
      return other;
    });
    assertThat(answered(() -> store.list(0, Optional.empty())).entries()).hasSize(1);
    assertThat(delete.isDone()).isFalse();
    released.countDown();
    assertThat(delete.get()).isEqualTo(stuck);
    assertThat(Driver.status(store).volumes()).isZero();
  }

  @Test
  void aQuotaLimitThatIsNotSetHoldsUpNoCopyOfAnotherVolume() throws Exception {
    VolumeStore store = start(FileSystemType.BTRFS, TREE);
    VolumeId stuck = store.create(spec("stuck", TREE, MIB)).id();
    VolumeId other = store.create(spec("other", TREE, MIB)).id();
    SnapshotId before = store.snapshot(new Name("before"), other).id();

    Future<?> cut = hangAt("limit", () -> store.snapshot(new Name("cut"), stuck));

    assertThat(answered(() -> store.snapshot(new Name("beside"), other)).source()).isEqualTo(other);
    answered(() -> {
      store.delete(before);
      return before;
    });
    assertThat(answered(() -> store.snapshots(Snapshots.Filter.ALL, 0, Optional.empty())).entries())
        .hasSize(1);
    assertThat(answered(() -> Driver.status(store)).snapshots()).isEqualTo(1);
    assertThat(cut.isDone()).isFalse();
  }

  @Test
  void aMarkThatIsNotWrittenHoldsUpNobodyWhoMeetsTheSameError() throws Exception {
    VolumeStore store = start(FileSystemType.XFS, IMAGE);
    VolumeId one = store.create(spec("one", IMAGE, MIB)).id();
    VolumeId two = store.create(spec("two", IMAGE, MIB)).id();
    failing = "rename";

    Future<?> first = hangAt("remove " + mark(), () -> failureOfDelete(store, one));

    assertThat(answered(() -> failureOfDelete(store, two))).hasMessageContaining("EIO");
    assertThat(answered(() -> Driver.status(store)).health())
        .isInstanceOf(PoolStatus.Health.Degraded.class);
    assertThat(first.isDone()).isFalse();
    released.countDown();
    first.get();
    assertThat(Files.exists(mark())).isTrue();
  }

  private Path mark() {
    return new Layout(root.resolve("pool")).degraded();
  }

  private Throwable failureOfDelete(VolumeStore store, VolumeId id) {
    return catchThrowable(() -> store.delete(id));
  }
}
