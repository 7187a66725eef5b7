package dev.nook.store.meeting;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.Snapshots.Filter;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;

/// Two calls that meet: just before each port call of the first, the second runs to its end on a
/// thread of its own, or until it waits for what the first holds. Whatever each is answered, the
/// disk, the catalogue and the ledger agree afterwards, and with those of the next driver.
abstract class MeetingFixture {
  static final long BYTES = 64 * MIB;

  /// One kind of volume on one kind of host.
  enum Kind {
    LOOP(FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    LOOP_ON_BTRFS(
        FileSystemType.BTRFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    SUBVOLUME(FileSystemType.BTRFS, new Shape.Tree(true));

    final FileSystemType host;
    final Shape shape;

    Kind(FileSystemType host, Shape shape) {
      this.host = host;
      this.shape = shape;
    }
  }

  interface Work {
    void run(VolumeStore store) throws Exception;
  }

  /// What two calls that met were answered.
  ///
  /// @param waited whether the second waited for the first
  record Met(Optional<Throwable> first, Optional<Throwable> second, boolean waited) {
    void bothSucceeded() {
      assertThat(first).isEmpty();
      assertThat(second).isEmpty();
    }
  }

  interface Check {
    void run(VolumeStore store, Met met) throws Exception;
  }

  @TempDir(factory = InMemory.class)
  Path root;

  private int grounds;

  @SuppressWarnings("NullAway.Init")
  private FakeKernel kernel;

  private List<PoolConfig> configs = List.of();

  /// @param bytes of each pool
  final void meet(
      Kind kind, long bytes, List<String> pools, Work prepare, Work first, Work second, Check check)
      throws Exception {
    for (int call = 1; ; call++) {
      fresh(kind, bytes, pools);
      Interleaved between = Interleaved.over(kernel.linux());
      VolumeStore store = Driver.started(between.linux(), configs.toArray(PoolConfig[]::new));
      prepare.run(store);
      Second other = new Second(store, second);
      between.before(call, other::runOrWait);
      Optional<Throwable> mine = outcome(store, first);
      boolean happened = between.happened();
      other.finish();
      if (!happened) {
        assertThat(call).as("calls of the first").isGreaterThan(1);
        store.close();
        return;
      }
      try {
        check.run(store, new Met(mine, other.failure, other.waited));
        assertConsistent(kind, store);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "before call %d of %s: first %s, second %s: %s"
                .formatted(call, kind, mine, other.failure, e.getMessage()),
            e);
      }
    }
  }

  final void meet(Kind kind, Work prepare, Work first, Work second, Check check) throws Exception {
    meet(kind, 4L << 30, List.of("default"), prepare, first, second, check);
  }

  private void fresh(Kind kind, long bytes, List<String> pools) throws IOException {
    Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
    kernel = new FakeKernel(folder, FakeKernel.Options.on(kind.host));
    List<PoolConfig> made = new ArrayList<>();
    for (String pool : pools) {
      Path path = Files.createDirectory(folder.resolve(pool));
      made.add(PoolConfig.of(new PoolName(pool), path).withSize(bytes));
    }
    configs = List.copyOf(made);
  }

  private static Optional<Throwable> outcome(VolumeStore store, Work work) {
    try {
      work.run(store);
      return Optional.empty();
    } catch (Exception | AssertionError e) {
      return Optional.of(e);
    }
  }

  /// The second call, on its thread.
  private static final class Second {
    private final Thread thread;
    private volatile Optional<Throwable> failure = Optional.empty();
    private boolean waited;

    Second(VolumeStore store, Work work) {
      thread = new Thread(() -> failure = outcome(store, work), "second");
    }

    void runOrWait() {
      thread.start();
      while (thread.isAlive() && !waited) {
        waited =
            switch (thread.getState()) {
              case WAITING, TIMED_WAITING -> true;
              case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
            };
        Thread.onSpinWait();
      }
    }

    void finish() throws InterruptedException {
      thread.join();
    }
  }

  /// A store that has let go of its pools shows nothing; what it left is what the next one finds.
  private void assertConsistent(Kind kind, VolumeStore store) throws Exception {
    Driver.swept(store); // Which may find that it has let go.
    boolean served = store.status().getFirst().health() instanceof Health.Open;
    if (served) {
      sweep(store);
      sweep(store);
    }
    Optional<Seen> before = served ? Optional.of(seen(store)) : Optional.empty();
    store.close();
    VolumeStore next = started();
    sweep(next);
    Seen after = seen(next);
    if (before.isPresent()) {
      assertThat(after.volumes).as("what the next driver finds").isEqualTo(before.get().volumes);
      assertThat(after.snapshots).isEqualTo(before.get().snapshots);
      assertCharged(kind, before.get().charged, after.charged);
    }
    next.close();
  }

  /// What an image on btrfs pins is measured at a start and after a removal; while the copy stands
  /// that shares it, that one is charged for it.
  private void assertCharged(Kind kind, List<Long> before, List<Long> after) throws IOException {
    if (kind != Kind.LOOP_ON_BTRFS) {
      assertThat(after).as("charged by the next driver").isEqualTo(before);
      return;
    }
    long held = 0;
    Layout layout = new Layout(configs.getFirst().path());
    for (String id : kernel.linux().disk().list(layout.volumes())) {
      held += kernel.linux().disk().holding(layout.volume(new VolumeId(id)).image()).bytes();
    }
    assertThat(after.getFirst()).isBetween(before.getFirst(), before.getFirst() + held);
  }

  final VolumeStore started() throws PoolHeld {
    return Driver.started(kernel.linux(), configs.toArray(PoolConfig[]::new));
  }

  private record Seen(List<Long> charged, List<Volume> volumes, List<Snapshot> snapshots) {}

  private Seen seen(VolumeStore store) throws StorageException, IOException {
    List<Volume> volumes = new ArrayList<>();
    for (var entry : store.list(0, Optional.empty()).entries()) {
      volumes.add(entry.volume().orElseThrow());
    }
    List<Snapshot> snapshots = store.snapshots(Filter.ALL, 0, Optional.empty()).entries();
    Set<String> names = new TreeSet<>();
    Set<String> copies = new TreeSet<>();
    List<Long> charged = new ArrayList<>();
    for (PoolStatus status : store.status()) {
      assertThat(status.health()).isEqualTo(new Health.Open());
      assertThat(status.trashBytes()).isZero();
      charged.add(status.chargedBytes());
      Layout layout = new Layout(status.path());
      assertThat(kernel.linux().disk().list(layout.staging()))
          .as("staging but for templates")
          .allMatch(name -> name.startsWith("template."));
      assertThat(kernel.linux().disk().list(layout.trash())).as("trash").isEmpty();
      names.addAll(kernel.linux().disk().list(layout.volumes()));
      copies.addAll(kernel.linux().disk().list(layout.snapshots()));
    }
    assertThat(volumes)
        .extracting(volume -> volume.id().text())
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(snapshots)
        .extracting(each -> each.id().text())
        .containsExactlyInAnyOrderElementsOf(copies);
    assertThat(volumes).extracting(Volume::name).doesNotHaveDuplicates();
    assertThat(snapshots).extracting(Snapshot::name).doesNotHaveDuplicates();
    return new Seen(charged, volumes, snapshots);
  }
}
