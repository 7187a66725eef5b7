package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.Attachment;
import dev.nook.store.CapacityRange;
import dev.nook.store.Content;
import dev.nook.store.Shape;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeStore.Usage;
import dev.nook.store.pool.Backend;
import dev.nook.store.pool.Origin;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Volumes in image files: each with a filesystem of its own, made once, at creation, or raw block.
/// Attaching compares what is there with what was recorded and writes nothing.
public final class LoopBackend implements Backend {
  /// What mount(2) says of a filesystem that is damaged: that of a volume, not that of the pool.
  private static final Set<Errno> DAMAGED = Set.of(Errno.EUCLEAN, Errno.EIO, Errno.EINVAL);

  /// Random writes into a sparse image cut it up, and sharing it takes time by its pieces; taken in
  /// pieces of this size on XFS, an image in use has some tens of times fewer.
  private static final long EXTENT_BYTES = 1L << 20;

  /// Nobody writes a snapshot; a volume that is made of one has its own file, made for writing.
  private static final int READ_ONLY = 0400;

  private final Linux linux;
  private final Disk disk;
  private final Witness witness;
  private final Cutting cutting;

  public LoopBackend(Layout layout, Linux linux) {
    this.linux = linux;
    this.disk = linux.disk();
    this.witness = new Witness(layout, linux);
    this.cutting = new Cutting(linux, witness);
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
  public Content create(Home home, Shape shape, long bytes) throws IOException {
    Path image = home.image();
    Allocation allocation = shape.provisioning().allocation();
    disk.allocate(image, bytes, allocation);
    if (allocation == Allocation.SPARSE) {
      disk.hintExtentSize(image, EXTENT_BYTES);
    }
    Content content =
        switch (shape) {
          case Shape.Raw raw -> new Content.Raw(raw);
          case Shape.Formatted formatted -> format(image, formatted);
          case Shape.Tree _ -> throw new IllegalArgumentException("an image holds no tree");
        };
    finish(image, bytes);
    return content;
  }

  private void finish(Path image, long bytes) throws IOException {
    if (disk.stat(image).filter(stat -> stat.sizeBytes() == bytes).isEmpty()) {
      throw new IOException("%s does not have the %d bytes it was given".formatted(image, bytes));
    }
    disk.sync(image);
  }

  private Content format(Path image, Shape.Formatted shape) throws IOException {
    var content = new Content.Formatted(shape, UUID.randomUUID());
    Allocation allocation = shape.provisioning().allocation();
    linux.fileSystems().format(image, shape.type(), content.uuid(), allocation);
    return verified(image, content);
  }

  private Content.Formatted verified(Path image, Content.Formatted content) throws IOException {
    Optional<String> difference = difference(content, linux.fileSystems().probe(image));
    if (difference.isPresent()) {
      throw new IOException("%s was made, but %s".formatted(image, difference.get()));
    }
    return content;
  }

  @Override
  public long sharedBytes(Origin origin) throws IOException {
    return heldWithinSize(origin.home());
  }

  @Override
  public boolean copiesOneMoment(Origin origin) throws IOException {
    return cutting.isOfOneMoment(origin);
  }

  @Override
  public long cut(Origin origin, Home target) throws StorageException, IOException {
    cutting.cut(origin, target.image());
    disk.chmod(target.image(), READ_ONLY);
    disk.sync(target.image());
    return heldWithinSize(target);
  }

  /// A filesystem that allocates in large pieces counts blocks that nobody asked for.
  private long heldWithinSize(Home home) throws IOException {
    return disk.stat(home.image())
        .map(stat -> Math.min(stat.allocatedBytes(), stat.sizeBytes()))
        .orElse(0L);
  }

  /// Raw block is a tenant's, and its copy is not looked at.
  @Override
  public Content restore(Origin origin, Home target, long bytes)
      throws StorageException, IOException {
    Path image = target.image();
    cutting.cut(origin, image);
    Content content =
        switch (origin.content()) {
          case Content.Raw raw -> raw;
          case Content.Formatted(var shape, var _) -> renew(origin, target, shape);
          case Content.Tree _ -> throw new IllegalArgumentException("an image holds no tree");
        };
    disk.grow(image, bytes, content.shape().provisioning().allocation());
    finish(image, bytes);
    return content;
  }

  /// A copy that was cut in use has a log, which names the old UUID: it is replayed first.
  private Content renew(Origin origin, Home target, Shape.Formatted shape)
      throws StorageException, IOException {
    Path image = target.image();
    var content = new Content.Formatted(shape, UUID.randomUUID());
    try {
      replayLog(target, shape);
      linux.fileSystems().renew(image, shape.type(), content.uuid());
    } catch (SystemCallException e) {
      if (DAMAGED.contains(e.errno())) {
        throw new StorageException.NotReady(
            origin.id(),
            "a copy of its %s cannot be mounted (%s); check that filesystem"
                .formatted(shape.type(), e.getMessage()));
      }
      throw e;
    }
    return verified(image, content);
  }

  private void replayLog(Home target, Shape.Formatted shape) throws IOException {
    boolean discards = shape.provisioning() == Shape.Provisioning.THIN;
    var attach = new LoopDevices.Attach(target.image(), Access.READ_WRITE, discards, target.name());
    Path device = linux.loops().attach(attach).device();
    try (Closeable _ = () -> linux.loops().detach(device)) {
      linux.mounts().replayLog(device, shape.type());
    }
  }

  @Override
  public void grow(Home home, Content content, long bytes) throws IOException {
    disk.grow(home.image(), bytes, content.shape().provisioning().allocation());
    disk.sync(home.image());
    Optional<Loop> loop = linux.loops().find(home.image(), Access.READ_WRITE);
    if (loop.isPresent()) {
      linux.loops().resize(loop.get().device());
    }
  }

  /// An image's size is its limit.
  @Override
  public void limit(Home home, Content content, long bytes) {}

  @Override
  public Optional<Long> claimedBytes(Home home) throws IOException {
    return disk.stat(home.image()).map(Disk.Stat::sizeBytes);
  }

  @Override
  public Optional<Long> heldBytes(Home home) throws IOException {
    return disk.stat(home.image()).map(Disk.Stat::allocatedBytes);
  }

  @Override
  public Optional<Long> extents(Home home) throws IOException {
    return disk.stat(home.image()).isPresent()
        ? Optional.of(disk.extents(home.image()))
        : Optional.empty();
  }

  @Override
  public Optional<String> usedBy(VolumeId id, Home home) throws IOException {
    return witness.showing(id, home).stream().findFirst().map(loop -> loop.device().toString());
  }

  @Override
  public Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    Disk.Stat image = requireImage(home, volume);
    Optional<Loop> present = witness.attachment(volume.id(), home, image);
    if (present.isPresent()) {
      Loop loop = present.get();
      requireContent(volume, loop.device());
      if (loop.bytes() < image.sizeBytes()) {
        linux.loops().resize(loop.device());
      }
      return attachment(volume, loop.device());
    }
    allocateAgain(home, volume, image);
    boolean discards = volume.content().shape().provisioning() == Shape.Provisioning.THIN;
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
        Optional<String> difference = difference(content, found);
        if (difference.isPresent()) {
          throw refused(volume, imageOrDevice, difference.get());
        }
      }
    }
  }

  private static Optional<String> difference(
      Content.Formatted recorded, Optional<FileSystems.Identity> found) {
    if (found.isEmpty()) {
      return Optional.of("holds no filesystem, recorded is %s".formatted(recorded.shape().type()));
    }
    var wanted = new FileSystems.Identity(recorded.shape().type(), recorded.uuid());
    return found.get().equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "holds %s %s, recorded is %s %s"
                .formatted(found.get().type(), found.get().uuid(), wanted.type(), wanted.uuid()));
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
      List<Loop> views = witness.viewsOf(loop);
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
  public Set<VolumeId> attached() throws IOException {
    return witness.attached();
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    return witness.shownBy(mounts);
  }

  @Override
  public Usage usage(Home home, Volume volume, Path mountedAt) throws IOException {
    if (volume.content() instanceof Content.Raw) {
      return new Usage.Blocks(volume.capacityBytes());
    }
    var usage = linux.fileSystems().usage(mountedAt);
    return new Usage.Files(
        usage.totalBytes(),
        usage.usedBytes(),
        usage.availableBytes(),
        usage.totalInodes(),
        usage.usedInodes(),
        usage.availableInodes());
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
