package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.directory.DirectoryBackend;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.host.Pools;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.loop.LoopBackend;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Does with pools what a driver does.
public final class Driver {
  public static final String NODE = "node-1";
  public static final long MIB = 1L << 20;

  private Driver() {}

  public static VolumeStore of(Linux linux, PoolConfig... configs) {
    return of(NODE, linux, configs);
  }

  public static VolumeStore of(String node, Linux linux, PoolConfig... configs) {
    return new VolumeStore(
        new Pools(
            List.of(configs), node, linux, Clock.systemUTC(), layout -> backends(layout, linux)),
        linux);
  }

  public static Backends<Backend> backends(Layout layout, Linux linux) {
    return new Backends<>(new LoopBackend(layout, linux), new DirectoryBackend(layout, linux));
  }

  /// Returns pools that serve everything.
  public static VolumeStore started(Linux linux, PoolConfig... configs) throws PoolHeld {
    VolumeStore pools = of(linux, configs);
    pools.lock(Duration.ZERO);
    pools.scan();
    return pools;
  }

  public static VolumeSpec spec(String name, Shape shape, long bytes) {
    return new VolumeSpec(
        new Name(name),
        Optional.empty(),
        shape,
        new CapacityRange(bytes, 0),
        new VolumeSource.Empty());
  }

  /// A volume that starts with what something else holds.
  public static VolumeSpec spec(String name, Shape shape, long bytes, StoredId origin) {
    VolumeSource source =
        switch (origin) {
          case VolumeId id -> new VolumeSource.OfVolume(id);
          case SnapshotId id -> new VolumeSource.OfSnapshot(id);
        };
    return new VolumeSpec(
        new Name(name), Optional.empty(), shape, new CapacityRange(bytes, 0), source);
  }

  public static PoolStatus status(VolumeStore pools) {
    return pools.status().getFirst();
  }

  /// Sweeps every pool; throws the first complaint, once all have been swept.
  public static void sweep(VolumeStore pools) throws IOException {
    for (Complaint complaint : swept(pools)) {
      throw complaint.cause() instanceof IOException e
          ? e
          : new IOException(complaint.step(), complaint.cause());
    }
  }

  public static List<Complaint> swept(VolumeStore pools) {
    return pools.names().stream().flatMap(pool -> pools.sweep(pool).stream()).toList();
  }

  /// Shows an attachment as a node service would.
  public static Path show(Linux linux, Attachment attachment, Path folder, VolumeId id)
      throws IOException {
    Path target = folder.resolve(id.text());
    switch (attachment) {
      case Attachment.FileSystem(var device, var type) -> {
        linux.disk().makeDirectory(target);
        linux.mounts().mount(device, target, type, MountFlags.NONE);
      }
      case Attachment.Tree(var root) -> {
        linux.disk().makeDirectory(target);
        linux.mounts().bind(root, target, MountFlags.NONE);
      }
      case Attachment.Device(var device) -> {
        linux.disk().write(target, "".getBytes(StandardCharsets.UTF_8));
        linux.mounts().bind(device, target, MountFlags.NONE);
      }
    }
    return target;
  }

  public static void hide(Linux linux, Path target) throws IOException {
    linux.mounts().unmount(target);
    linux.disk().remove(target);
  }

  public static Mounts.Entry mountAt(Linux linux, Path target) throws IOException {
    return linux.mounts().at(target).getLast();
  }
}
