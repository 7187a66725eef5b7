package dev.nook.store.opening;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static dev.nook.store.ground.Driver.swept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.Interposing;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests unexpected failures and a hanging disk while one pool is opened, beside another pool.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpeningTest implements Interposing {
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final PoolName ILL = new PoolName("ill");

  @TempDir(factory = InMemory.class)
  Path root;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);
  private Optional<Error> error = Optional.empty();
  private volatile String failing = "none";
  private volatile String hanging = "none";
  private volatile boolean hangsWhenDone;

  private FakeGround ground;
  private PoolConfig ill;
  private Linux linux;

  @BeforeEach
  void boot() throws IOException {
    ground = FakeGround.on(root, FileSystemType.XFS, SHAPE);
    ill = PoolConfig.of(ILL, Files.createDirectory(root.resolve("ill")));
    linux = on(ground.linux());
  }

  @Override
  public void before(String call) throws InterruptedException {
    if (call.matches(failing)) {
      if (error.isPresent()) {
        throw error.get();
      }
      throw new IllegalStateException("nobody foresaw this");
    }
    if (!hangsWhenDone) {
      hang(call);
    }
  }

  @Override
  public void after(String call) throws InterruptedException {
    if (hangsWhenDone) {
      hang(call);
    }
  }

  private void hang(String call) throws InterruptedException {
    if (call.matches(hanging)) {
      reached.countDown();
      answered.await();
    }
  }

  private VolumeStore lockedAndScanned() throws PoolHeld {
    VolumeStore store = Driver.of(linux, ill, ground.pool());
    store.lock(Duration.ZERO);
    List<Complaint> _ = store.scan();
    return store;
  }

  @ParameterizedTest
  @ValueSource(strings = {"stat .*/ill/FORMAT", "list .*/ill/trash", "list .*/ill/volumes"})
  void aDefectOnTheWayInClosesThatPoolAloneUntilItIsGone(String call) throws Exception {
    Driver.started(linux, ill).close();
    failing = call;

    try (VolumeStore store = lockedAndScanned()) {
      assertThat(store.ready()).isTrue();
      assertThat(status(store).health())
          .isEqualTo(
              new Health.Closed(
                  "a defect of the driver: java.lang.IllegalStateException: nobody foresaw this"));
      assertThat(store.create(spec("pvc", SHAPE, 64 * MIB)).pool()).isEqualTo(PoolName.DEFAULT);
      assertThat(swept(store))
          .singleElement()
          .satisfies(told -> assertThat(told.cause()).hasMessage("nobody foresaw this"));

      failing = "none";
      sweep(store);

      assertThat(status(store).health()).isEqualTo(new Health.Open());
    }
  }

  @Test
  void aStackThatOverflowsInAScanIsADefectToo() throws Exception {
    Driver.started(linux, ill).close();
    error = Optional.of(new StackOverflowError());
    failing = "list .*/ill/volumes";

    try (VolumeStore store = lockedAndScanned()) {
      assertThat(store.ready()).isTrue();
      assertThat(status(store).health()).isInstanceOf(Health.Closed.class);
      failing = "none";
      sweep(store);
      assertThat(status(store).health()).isEqualTo(new Health.Open());
    }
  }

  @Test
  void aDefectMetInOneRecordQuarantinesThatVolumeAlone() throws Exception {
    VolumeId bad;
    try (VolumeStore before = Driver.started(linux, ground.pool())) {
      bad = before.create(spec("bad", SHAPE, 64 * MIB)).id();
      before.create(spec("good", SHAPE, 64 * MIB));
    }
    failing = "read .*/" + bad + "/meta .*";

    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      assertThat(status(store).health()).isEqualTo(new Health.Open());
      assertThat(status(store).volumes()).isEqualTo(2);
      assertThat(status(store).quarantined()).isEqualTo(1);
      failing = "none";
      sweep(store);
      assertThat(status(store).quarantined()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stat .*/ill",
        "tryLock .*/ill/\\.lock",
        "stat .*/ill/FORMAT",
        "list .*/ill/volumes",
        "list .*/ill/trash"
      })
  void allLocksAreLetGoWhileTheDiskOfAClosedPoolHangs(String call)
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    letGoWhileHangingAt(call);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tryLock .*/ill/\\.lock", "list .*/ill/trash"})
  void allLocksAreLetGoWhenADiskHangsThatHasDoneItsWork(String call)
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    hangsWhenDone = true;
    letGoWhileHangingAt(call);
  }

  private void letGoWhileHangingAt(String call)
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    Driver.started(ground.linux(), ill).close();
    Path away = Files.move(ill.path(), root.resolve("away"));
    VolumeStore store = lockedAndScanned();
    Files.move(away, ill.path());
    try (ExecutorService housekeeping = Executors.newSingleThreadExecutor()) {
      hanging = call;
      Future<List<Complaint>> reopening = housekeeping.submit(() -> store.sweep(ILL));
      reached.await();

      assertThat(store.status()).hasSize(2);
      store.close();

      hanging = "none";
      try (VolumeStore next = Driver.started(ground.linux(), ground.pool())) {
        assertThat(status(next).health()).isEqualTo(new Health.Open());
      }
      answered.countDown();
      assertThat(reopening.get()).isEmpty();
      try (VolumeStore next = Driver.started(ground.linux(), ill)) {
        assertThat(status(next).health()).isEqualTo(new Health.Open());
      }
    }
  }
}
