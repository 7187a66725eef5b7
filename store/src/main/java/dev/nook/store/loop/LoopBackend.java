package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
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
import java.util.stream.Stream;

/// Volumes in image files: each with a filesystem of its own, made once, at creation, or raw block.
/// Attaching compares what is there with what was recorded and writes nothing.
public final class LoopBackend implements Backend {
  private final Layout layout;
  private final Linux linux;
  private final Disk disk;
  private final Witness witness;
  private final ImageSpace space;
  private final Cutting cutting;
  private final Images images;
  private final TemplateImages templates;
  private final ImageMending mending;

  public LoopBackend(Layout layout, Linux linux) {
    this.layout = layout;
    this.linux = linux;
    this.disk = linux.disk();
    this.witness = new Witness(layout, linux);
    this.space = new ImageSpace(disk);
    this.cutting = new Cutting(linux, witness);
    this.images = new Images(linux, cutting, space);
    this.templates = new TemplateImages(layout, linux, images);
    this.mending = new ImageMending(linux, images);
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
    return cutting.prepare(origin, target.image(), oneMoment);
  }

  @Override
  public Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException {
    return images.restore(origin, target, bytes, oneMoment);
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
    return Scope.HOST.of(Subject.Part.LOOP_DEVICES, () -> witness.showing(id, home)).stream()
        .findFirst()
        .map(loop -> loop.device().toString());
  }

  @Override
  public Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    Disk.Stat image = requireImage(home, volume);
    Optional<Loop> present = witness.attachment(volume.id(), home, image);
    if (present.isPresent()) {
      Loop loop = verified(volume, home, present.get());
      requireContent(volume, loop.device());
      if (loop.bytes() < image.sizeBytes()) {
        linux.loops().resize(loop.device());
      }
      return attachment(volume, loop.device());
    }
    allocateAgain(home, volume, image);
    boolean discards = space.discards(volume.content().shape(), home);
    var attach =
        new LoopDevices.Attach(home.image(), Access.READ_WRITE, discards, volume.id().text());
    Path device = linux.loops().attach(attach).device();
    try {
      requireContent(volume, device);
      return attachment(volume, device);
    } catch (StorageException e) {
      linux.loops().detach(device);
      throw e;
    }
  }

  /// What is found attached serves only as what is attached now would.
  private Loop verified(Volume volume, Home home, Loop found) throws StorageException, IOException {
    boolean discards = space.discards(volume.content().shape(), home);
    try {
      return linux.loops().verify(found.device(), discards);
    } catch (SystemCallException e) {
      if (e.is(Errno.EINVAL)) {
        throw new StorageException.NotReady(
            volume.id(),
            "its device is not as this driver attaches it (%s); unpublish and unstage it"
                .formatted(e.getMessage()));
      }
      throw e;
    }
  }

  private Disk.Stat requireImage(Home home, Volume volume) throws StorageException, IOException {
    Optional<Disk.Stat> found = disk.stat(home.image());
    if (found.isEmpty()) {
      throw refused(volume, home.image(), "is missing");
    }
    Disk.Stat image = found.get();
    if (image.kind() != Kind.FILE) {
      throw refused(volume, home.image(), "is no regular file");
    }
    if (image.sizeBytes() < volume.capacityBytes()) {
      throw refused(
          volume,
          home.image(),
          "has %d bytes, recorded are %d".formatted(image.sizeBytes(), volume.capacityBytes()));
    }
    return image;
  }

  /// A thick image that has lost blocks gets them back before anyone writes, once its content is
  /// known to be its own.
  private void allocateAgain(Home home, Volume volume, Disk.Stat image)
      throws StorageException, IOException {
    boolean thick = volume.content().shape().provisioning() == Shape.Provisioning.THICK;
    if (thick && image.allocatedBytes() < image.sizeBytes()) {
      requireContent(volume, home.image());
      disk.grow(home.image(), image.sizeBytes(), Allocation.FULL);
    }
  }

  /// Compares what is there with the record. Raw block is a tenant's, and never looked at.
  private void requireContent(Volume volume, Path imageOrDevice) throws StorageException {
    switch (volume.content()) {
      case Content.Raw _, Content.Tree _ -> {}
      case Content.Formatted content -> {
        Optional<FileSystems.Identity> found;
        try {
          found = linux.fileSystems().probe(imageOrDevice);
        } catch (IOException e) {
          throw refused(volume, imageOrDevice, "cannot be read: " + e.getMessage());
        }
        Optional<String> difference = Images.difference(content, found);
        if (difference.isPresent()) {
          throw refused(volume, imageOrDevice, difference.get());
        }
      }
    }
  }

  private static Attachment attachment(Volume volume, Path device) {
    return switch (volume.content()) {
      case Content.Formatted(var shape, var _) -> new Attachment.FileSystem(device, shape.type());
      case Content.Raw _ -> new Attachment.Device(device);
      case Content.Tree _ -> throw new IllegalArgumentException("an image holds no tree");
    };
  }

  private static StorageException refused(Volume volume, Path what, String why) {
    return new StorageException.NotReady(
        volume.id(), "%s %s; nothing was written; restore the image".formatted(what, why));
  }

  /// A bind of the device's node does not keep the kernel from freeing the device, and the next
  /// volume's bytes would show there: such a mount is a holder too.
  @Override
  public void detach(VolumeId id, Home home) throws StorageException, IOException {
    for (Loop loop : witness.showing(id, home)) {
      List<Loop> views = witness.viewsOf(id, loop);
      for (Loop each : Stream.concat(views.stream(), Stream.of(loop)).toList()) {
        Optional<Mounts.Entry> mount = witness.mountOf(each);
        if (mount.isPresent()) {
          throw held(id, each, "mounted at " + mount.get().mountPoint());
        }
      }
      for (Loop view : views) {
        detach(id, view);
      }
      detach(id, loop);
    }
  }

  private void detach(VolumeId id, Loop loop) throws StorageException, IOException {
    try {
      linux.loops().detach(loop.device());
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY)) {
        throw held(id, loop, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static StorageException held(VolumeId id, Loop loop, String by) {
    return new StorageException.NotReady(
        id, "its device %s is held: %s".formatted(loop.device(), by));
  }

  @Override
  public void look(boolean here) throws IOException {
    witness.look(here);
  }

  @Override
  public List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException {
    return new ImageFaults(linux, witness, home, volume).look(view);
  }

  @Override
  public Set<VolumeId> attached(MountView view) throws IOException {
    return witness.attached();
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    return witness.shownBy(mounts);
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

  /// A copy under construction is attached while its log is replayed; a crash leaves it so.
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
