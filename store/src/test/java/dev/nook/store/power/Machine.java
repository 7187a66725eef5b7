package dev.nook.store.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.directory.DirectoryBackend;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.host.Pools;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.loop.LoopBackend;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.testing.real.RealPool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A node with one disk: the disk's filesystem is mounted, with a driver's store on it. Closing it
/// is an orderly stop, and unmounts whatever a failed test left mounted.
final class Machine implements Closeable {
  private final Linux linux;
  private final Linux given;
  private final PowerGround ground;
  private final Path disk;
  private final Path root;
  private final Path shown;
  private Optional<VolumeStore> store = Optional.empty();

  private Machine(Linux linux, Linux given, PowerGround ground, Path disk, Path folder)
      throws IOException {
    this.linux = linux;
    this.given = given;
    this.ground = ground;
    this.disk = disk;
    this.root = Files.createDirectories(folder.resolve("root"));
    this.shown = Files.createDirectories(folder.resolve("shown"));
  }

  /// Mounts the filesystem of a disk and opens the pool on it.
  ///
  /// @param given the ports for the store
  static Machine boot(Linux given, PowerGround ground, Path disk, Path folder)
      throws IOException, PoolHeld {
    Machine machine = new Machine(RealPool.linux(), given, ground, disk, folder);
    boolean booted = false;
    try {
      machine.mount();
      machine.start();
      booted = true;
      return machine;
    } finally {
      if (!booted) {
        machine.close();
      }
    }
  }

  /// What an administrator does once with a disk that was formatted.
  static void prepare(Linux linux, PowerGround ground, Path disk, Path folder) throws IOException {
    try (Machine machine = new Machine(linux, linux, ground, disk, folder)) {
      machine.mount();
      if (ground.disk == FileSystemType.BTRFS) {
        linux.subvolumes().enableQuotas(machine.root);
      }
    }
  }

  private void mount() throws IOException {
    Loop loop = linux.loops().attach(new Attach(disk, Access.READ_WRITE, true, RealPool.LABEL));
    linux.mounts().mount(loop.device(), root, ground.disk, MountFlags.NONE);
  }

  private void start() throws PoolHeld {
    PoolConfig config =
        ground.image.isPresent()
            ? PoolConfig.of(PoolName.DEFAULT, pool()).withImage(ground.image.get())
            : PoolConfig.of(PoolName.DEFAULT, pool());
    VolumeStore pools =
        new VolumeStore(
            new Pools(
                List.of(config), "node-1", given, Clock.systemUTC(), layout -> of(layout, given)),
            given);
    pools.lock(Duration.ZERO);
    store = Optional.of(pools);
    pools.scan();
    assertThat(status().health()).isEqualTo(new PoolStatus.Health.Open());
  }

  private static Backends<Backend> of(Layout layout, Linux linux) {
    return new Backends<>(new LoopBackend(layout, linux), new DirectoryBackend(layout, linux));
  }

  VolumeStore store() {
    return store.orElseThrow();
  }

  void restart() throws PoolHeld {
    store().close();
    start();
  }

  PoolStatus status() {
    return store().status().getFirst();
  }

  /// The pool's root.
  Path pool() {
    return ground.image.isPresent() ? root.resolve("pool") : root;
  }

  Layout layout() {
    return new Layout(pool());
  }

  /// Shows a volume as a node service does, its filesystem as large as its device.
  Path show(VolumeId id) throws StorageException, IOException {
    Path target = Files.createDirectories(shown.resolve(id.text()));
    switch (store().attach(id)) {
      case Attachment.FileSystem(var device, var type) -> {
        linux.mounts().replayLog(device, type);
        linux.fileSystems().expandUnmounted(device, type);
        linux.mounts().mount(device, target, type, MountFlags.NONE);
        linux.fileSystems().expand(target, type);
      }
      case Attachment.Tree(var tree) -> linux.mounts().bind(tree, target, MountFlags.NONE);
      case Attachment.Device device -> throw new IOException("shown is files, not " + device);
    }
    return target;
  }

  void hide(VolumeId id) throws StorageException, IOException {
    Path target = shown.resolve(id.text());
    linux.mounts().unmount(target);
    Files.delete(target);
    store().detach(id);
  }

  /// Fails if the filesystem of an image has an error once its log was replayed.
  static void check(Path image, FileSystemType type) throws IOException {
    switch (type) {
      case EXT4 -> Processes.run(Command.of("e2fsck", "-f", "-n", image.toString()));
      case XFS -> Processes.run(Command.of("xfs_repair", "-n", image.toString()));
      case BTRFS -> Processes.run(Command.of("btrfs", "check", "--readonly", image.toString()));
    }
  }

  List<String> names(Path directory) throws IOException {
    return linux.disk().list(directory);
  }

  /// Empties the trash, and waits until the kernel has given back what was deleted.
  void sweep() throws IOException {
    store().sweep(PoolName.DEFAULT);
    while (linux.subvolumes().cleaning(pool())) {
      linux.disk().syncFileSystem(pool());
    }
    store().sweep(PoolName.DEFAULT);
  }

  @Override
  public void close() throws IOException {
    store.ifPresent(VolumeStore::close);
    RealPool.forget(pool(), linux);
    if (ground.image.isPresent()) {
      RealPool.forget(root, linux);
    }
    for (Mounts.Entry _ : linux.mounts().at(root)) {
      linux.mounts().unmount(root);
    }
    Optional<Loop> loop = linux.loops().find(disk, Access.READ_WRITE);
    if (loop.isPresent()) {
      linux.loops().detach(loop.get().device());
    }
  }
}
