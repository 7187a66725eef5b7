package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.mountAt;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.PoolConfig;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool whose disk answers only EIO, beside a sound one.
class FailingPoolTest {
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);

  @TempDir(factory = InMemory.class)
  Path root;

  private boolean failing;

  @Test
  void aDeadDiskHidesNeitherItsOwnVolumesNorThoseOfAnotherPool() throws Exception {
    FakeGround ground = FakeGround.on(root, FileSystemType.XFS, SHAPE);
    Path path = Files.createDirectory(root.resolve("dead"));
    PoolConfig dead = PoolConfig.of(new PoolName("dead"), path);
    Linux linux = failing(ground.linux(), path);
    VolumeStore store = Driver.started(linux, ground.pool(), dead);
    VolumeId lost =
        store
            .create(
                new VolumeSpec(
                    new Name("lost"),
                    Optional.of(dead.name()),
                    SHAPE,
                    new CapacityRange(64 * MIB, 0),
                    new VolumeSource.Empty()))
            .id();
    VolumeId good = store.create(spec("good", SHAPE, 64 * MIB)).id();
    Path target = show(linux, store.attach(lost), ground.folder(), lost);
    store.attach(good);

    failing = true;

    assertThat(store.attached()).containsExactlyInAnyOrder(lost, good);
    assertThat(store.shownBy(mountAt(linux, target))).contains(lost);
    store.close();
    VolumeStore restarted = Driver.started(linux, ground.pool(), dead);
    assertThat(restarted.status().getLast().health()).isInstanceOf(Health.Closed.class);
    assertThat(restarted.attached()).containsExactlyInAnyOrder(lost, good);
    linux.mounts().unmount(target);
    restarted.detach(lost);
    restarted.detach(good);
    assertThat(linux.loops().all()).isEmpty();
  }

  private Linux failing(Linux linux, Path below) {
    Disk disk =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                  if (failing && arguments[0] instanceof Path path && path.startsWith(below)) {
                    throw new SystemCallException(method.getName(), path.toString(), Errno.EIO);
                  }
                  try {
                    return method.invoke(linux.disk(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return linux.with(disk);
  }
}
