package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.SnapshotReader;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Cut;
import dev.nook.store.backend.Mending;
import dev.nook.store.backend.Templating;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.Subject;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Volumes in image files: each holds a filesystem of its own, made once, at creation, or raw
/// block.
public final class LoopBackend implements Backend {
  private final Layout layout;
  private final Linux linux;
  private final Disk disk;
  private final ImageDevices devices;
  private final LoopVolumes volumes;
  private final ImageSpace space;
  private final ImageCopies copies;
  private final Images images;
  private final TemplateImages templates;
  private final ImageMending mending;
  private final Attaching attaching;
  private final Detaching detaching;

  public LoopBackend(Layout layout, Linux linux) {
    this.layout = layout;
    this.linux = linux;
    this.disk = linux.disk();
    BackingFiles files = new BackingFiles(layout, disk);
    LoopMounts mounts = new LoopMounts(linux.mounts());
    this.devices = new ImageDevices(linux.loops(), files);
    this.volumes = new LoopVolumes(linux.loops(), files);
    this.space = new ImageSpace(disk);
    this.copies = new ImageCopies(linux, devices, mounts);
    this.images = new Images(linux, copies, space);
    this.templates = new TemplateImages(layout, linux, images);
    this.mending = new ImageMending(linux, images);
    this.attaching = new Attaching(linux, devices, space);
    this.detaching = new Detaching(linux.loops(), devices, mounts);
  }

  @Override
  public Optional<String> refuses(Shape shape) {
    return Optional.empty();
  }

  @Override
  public long minimumBytes(Shape shape) {
    return switch (shape) {
      case Shape.Formatted(var type, var _) -> type.minimumBytes();
      case Shape.Raw _, Shape.Tree _ -> CapacityRange.BLOCK;
    };
  }

  @Override
  public long maximumBytes() throws IOException {
    return space.maximumBytes(layout.root());
  }

  @Override
  public Content create(Home home, Shape shape, long bytes) throws IOException {
    return images.create(home, shape, bytes);
  }

  @Override
  public Optional<Templating> templating() {
    return Optional.of(templates);
  }

  @Override
  public Optional<Mending> mending() {
    return Optional.of(mending);
  }

  @Override
  public Cut prepareCut(Origin origin, Home target, Runnable oneMoment)
      throws StorageException, IOException {
    return copies.prepare(origin, target.image(), oneMoment);
  }

  @Override
  public Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException {
    return images.restore(origin, target, bytes, oneMoment);
  }

  @Override
  public void sync(Home home) throws IOException {
    disk.sync(home.image());
  }

  @Override
  public void expand(Home home, Content content, long bytes) throws IOException {
    disk.grow(home.image(), bytes, content.shape().provisioning().allocation());
    disk.sync(home.image());
    LoopDevices loops = linux.loops();
    Optional<Loop> loop =
        Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> loops.find(home.image(), Access.READ_WRITE));
    if (loop.isPresent()) {
      Path device = loop.get().device();
      Scope.DEVICE.of(new Subject.Device(device), () -> loops.resize(device));
    }
  }

  @Override
  public SnapshotReader read(Home home, Snapshot snapshot) throws IOException {
    return new ImageReader(snapshot, linux.extents().open(home.image()));
  }

  @Override
  public long sizeBytes(Home home, long recordedBytes) throws IOException {
    return Math.max(recordedBytes, disk.stat(home.image()).map(Disk.Stat::sizeBytes).orElse(0L));
  }

  @Override
  public Optional<Long> extents(Home home) throws IOException {
    return disk.stat(home.image()).isPresent()
        ? Optional.of(disk.extents(home.image()))
        : Optional.empty();
  }

  @Override
  public Optional<String> usedBy(VolumeId id, Home home) throws IOException {
    return Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> devices.of(id, home)).stream()
        .findFirst()
        .map(loop -> loop.device().toString());
  }

  @Override
  public Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    return attaching.attach(home, volume);
  }

  @Override
  public boolean isAttached(VolumeId id, Home home) throws IOException {
    return devices.isKnown(id, home);
  }

  @Override
  public void detach(VolumeId id, Home home, boolean unmounted)
      throws StorageException, IOException {
    detaching.detach(id, home, unmounted);
  }

  @Override
  public void look(boolean here) throws IOException {
    devices.look(here);
  }

  @Override
  public List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException {
    return new ImageFaults(linux, devices, home, volume).look(view);
  }

  @Override
  public Set<VolumeId> attached(MountView view) throws IOException {
    return volumes.attached();
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    return volumes.shownBy(mounts);
  }

  @Override
  public Usage usage(Home home, Volume volume, FileSystems.Usage shown) {
    if (volume.content() instanceof Content.Raw) {
      return new Usage.Blocks(volume.capacityBytes());
    }
    return new Usage.Files(
        shown.totalBytes(),
        shown.usedBytes(),
        shown.availableBytes(),
        shown.totalInodes(),
        shown.usedInodes(),
        shown.availableInodes());
  }

  @Override
  public void reclaim() {}

  @Override
  public boolean isGivingBack() {
    return false;
  }

  /// Detaches a copy that a crash has left attached while its log was replayed.
  @Override
  public void dismantle(Home home) throws IOException {
    if (disk.stat(home.image()).isPresent()) {
      Optional<Loop> loop = linux.loops().find(home.image(), Access.READ_WRITE);
      if (loop.isPresent()) {
        linux.loops().detach(loop.get().device());
      }
    }
  }
}
