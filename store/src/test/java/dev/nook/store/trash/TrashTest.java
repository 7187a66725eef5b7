package dev.nook.store.trash;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Removing;
import dev.nook.store.catalog.VolumeCatalogue;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.guard.Locks;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Budget;
import dev.nook.store.space.Ledger;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.QuotaLimits;
import dev.nook.store.space.TrashCharges;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.steps.Patience;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
  private static final Shape SHAPE = new Shape.Raw(Shape.Provisioning.THIN);

  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @TempDir(factory = InMemory.class)
  Path root;

  @Test
  void aRemovalThatHangsHoldsUpNobodyForLongerThanHisPatience()
      throws InterruptedException, ExecutionException, StorageException, PoolHeld, IOException {
    FakeGround ground = FakeGround.on(root, FileSystemType.XFS, SHAPE);
    Linux linux = ground.linux();
    try (VolumeStore store = Driver.started(linux, ground.pool())) {
      store.delete(store.create(spec("pvc", SHAPE, MIB)).id());
    }
    Layout layout = new Layout(ground.pool().path());
    Disk disk = hangingAtRemoval(linux.disk());
    Backends<? extends Removing> backends = Driver.backends(layout, linux);
    Disk.Space space = linux.disk().space(layout.root());
    Ledger ledger = new Ledger(Budget.of(ground.pool(), space, false), () -> space);
    Policies policies = Policies.of(linux, layout, space);
    VolumeCatalogue none = new VolumeCatalogue();
    TrashCharges charges =
        new TrashCharges(
            policies,
            ledger,
            new QuotaLimits(layout, policies, none, ledger),
            new PinnedExtents(layout, policies, none, ledger));
    Locks locks = new Locks();
    locks.add(linux.disk().tryLock(layout.lock()).orElseThrow());
    PoolRoot root = PoolRoot.of(ground.pool().name(), layout, linux.disk(), locks);
    Trash trash = new Trash(layout, disk, backends, charges, root, new Staging(layout, disk, root));
    String entry = trash.entries(new Patience(Duration.ZERO)).getFirst();

    try (ExecutorService sweep = Executors.newSingleThreadExecutor()) {
      Future<?> emptied =
          sweep.submit(() -> {
            trash.empty();
            return true;
          });
      hanging.await();

      assertThat(trash.entries(new Patience(Duration.ZERO))).isEmpty();
      assertThat(trash.remove(entry, new Patience(Duration.ZERO))).isFalse();

      released.countDown();
      assertThat(emptied.get()).isEqualTo(true);
    }
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    locks.release();
    ground.close();
  }

  private Disk hangingAtRemoval(Disk real) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              if (method.getName().equals("removeTree")) {
                hanging.countDown();
                released.await();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
