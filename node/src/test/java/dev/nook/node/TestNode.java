package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.mount.DeviceViews;
import dev.nook.node.path.KubeletPath;
import dev.nook.node.repair.Mender;
import dev.nook.node.repair.SelfRepair;
import dev.nook.store.Attachments;
import dev.nook.store.Operations;
import dev.nook.store.PoolAdministration;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolUpkeep;
import dev.nook.store.ShownVolumes;
import dev.nook.store.VolumeRepairs;
import dev.nook.store.Volumes;
import dev.nook.store.backend.Backends;
import dev.nook.store.directory.DirectoryBackend;
import dev.nook.store.error.StorageException;
import dev.nook.store.host.Pools;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.loop.LoopBackend;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The node's part of a driver over a real store with one pool: what a driver's start makes. A
/// second one over the same folder, after [#stop], is a restart.
final class TestNode {
  static final Shape XFS = new Shape.Formatted(FileSystemType.XFS, Shape.Provisioning.THIN);
  static final Shape EXT4 = new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN);
  static final Shape RAW = new Shape.Raw(Shape.Provisioning.THIN);
  static final Shape TREE = new Shape.Tree(false);
  static final String DRIVER = "csi.nook.dev";

  final Linux linux;
  final Path kubelet;
  final Path pool;
  final PoolUpkeep upkeep;
  final Volumes volumes;
  final Attachments attachments;
  final ShownVolumes shown;
  final VolumeRepairs repairs;
  final PoolAdministration administration;
  final AtomicInteger limit = new AtomicInteger(1000);
  final VolumeSlots slots;
  final Stager stager;
  final Publisher publisher;
  final Expander expander;
  final VolumeStats stats;
  final HealthNow health;
  final SelfRepair mending;

  /// What was left to be done in the background.
  final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();

  TestNode(Path folder, Linux linux) throws Exception {
    this(folder, folder.resolve("pool"), linux);
  }

  /// @param pool where the pool lies, if not in the folder
  TestNode(Path folder, Path pool, Linux linux) throws Exception {
    this.linux = linux;
    this.pool = Files.createDirectories(pool);
    kubelet = Files.createDirectories(folder.resolve("kubelet"));
    var pools =
        new Pools(
            List.of(PoolConfig.of(PoolName.DEFAULT, pool)),
            "node-a",
            linux,
            Clock.systemUTC(),
            layout ->
                new Backends<>(
                    new LoopBackend(layout, linux), new DirectoryBackend(layout, linux)));
    upkeep = pools.upkeep();
    volumes = pools.volumes();
    attachments = pools.attachments();
    shown = pools.shown();
    repairs = pools.repairs();
    administration = pools.administration();
    var operations = new Operations(Duration.ofSeconds(20));
    var paths = new KubeletDirectory(kubelet, DRIVER, List.of(pool), linux.disk());
    var views = new DeviceViews(linux);
    var own = new OwnMounts(shown, linux.mounts(), paths);
    var refused = new RefusedExpansions();
    slots = new VolumeSlots(shown, linux.mounts(), limit::get);
    var mender = new Mender(repairs, operations);
    mending = new SelfRepair(mender, (_, work) -> asked.add(work));
    var mounting = new Mounting(linux, pools.refusals(), mending);
    stager = new Stager(attachments, mounting, operations, slots, paths, own, refused);
    publisher = new Publisher(stager, volumes, linux, operations, paths, own, views, refused);
    expander = new Expander(volumes, shown, linux, operations, views, refused);
    stats = new VolumeStats(pools.usage(), shown, linux.mounts());
    health = new HealthNow(upkeep);
  }

  static TestNode started(Path folder, Linux linux) throws Exception {
    TestNode node = new TestNode(folder, linux);
    node.start();
    return node;
  }

  void start() throws Exception {
    lock();
    upkeep.scan(PoolName.DEFAULT);
  }

  void lock() throws Exception {
    upkeep.lock(PoolName.DEFAULT, Duration.ZERO);
  }

  /// What a driver's end leaves: every mount and every loop device.
  void stop() {
    upkeep.release(PoolName.DEFAULT);
  }

  Volume create(String name, Shape shape) throws StorageException, IOException {
    return create(name, shape, 512L << 20);
  }

  Volume create(String name, Shape shape, long bytes) throws StorageException, IOException {
    return volumes.create(
        new VolumeSpec(
            new Name(name),
            Optional.empty(),
            shape,
            new CapacityRange(bytes, 0),
            new VolumeSource.Empty()));
  }

  /// What is attached now, as the kernel shows it.
  Set<VolumeId> attached() throws IOException {
    return shown.attached(linux.mounts().view());
  }

  /// The volume that a mount shows now.
  Optional<VolumeId> shownBy(Mounts.Entry mount) throws IOException {
    return shown.shownBy(linux.mounts().view(), mount);
  }

  Path image(Volume volume) {
    return pool.resolve("volumes").resolve(volume.id().text()).resolve("image");
  }

  /// A path that kubelet has made, and that the convention gives to nobody.
  Path directory(String name) throws IOException {
    return Files.createDirectories(kubelet.resolve(name));
  }

  Path staging(VolumeId id) throws IOException {
    return directory("staging-" + id);
  }

  Path target(String name) {
    return kubelet.resolve("target-" + name);
  }

  StageVolume stage(Volume volume) throws IOException {
    return stage(volume, capability(volume, AccessMode.SINGLE_NODE_MULTI_WRITER));
  }

  StageVolume stage(Volume volume, VolumeCapability capability) throws IOException {
    return new StageVolume(
        volume.id(), new KubeletPath(staging(volume.id())), capability, OnDamage.REFUSE);
  }

  PublishVolume publish(Volume volume, String target) throws IOException {
    return new PublishVolume(stage(volume), new KubeletPath(target(target)), false);
  }

  PublishVolume publishReadOnly(Volume volume, String target) throws IOException {
    return new PublishVolume(stage(volume), new KubeletPath(target(target)), true);
  }

  PublishVolume publish(Volume volume, String target, AccessMode mode) throws IOException {
    return new PublishVolume(
        stage(volume, capability(volume, mode)), new KubeletPath(target(target)), false);
  }

  UnstageVolume unstage(Volume volume) throws IOException {
    return new UnstageVolume(volume.id(), new KubeletPath(staging(volume.id())));
  }

  UnpublishVolume unpublish(Volume volume, String target) {
    return new UnpublishVolume(volume.id(), new KubeletPath(target(target)));
  }

  ExpandVolume expand(Volume volume, Path path, long bytes) {
    return new ExpandVolume(volume.id(), path, Optional.empty(), new CapacityRange(bytes, 0));
  }

  static VolumeCapability capability(Volume volume, AccessMode mode) {
    return switch (volume.content().shape()) {
      case Shape.Raw _ -> block(mode);
      case Shape.Formatted _, Shape.Tree _ -> mount(mode);
    };
  }

  static VolumeCapability block(AccessMode mode) {
    return new VolumeCapability(new Access.Block(), mode);
  }

  static VolumeCapability mount(AccessMode mode, String... flags) {
    return new VolumeCapability(new Access.Mount(Optional.empty(), MountFlags.of(flags)), mode);
  }

  List<Mounts.Entry> at(Path path) throws IOException {
    return linux.mounts().at(path);
  }
}
