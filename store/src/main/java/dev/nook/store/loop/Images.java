package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.Subject;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// Makes and copies the images of volumes. Each holds a filesystem of its own, whose UUID nobody
/// else has, or raw block.
final class Images {
  /// Random writes into a sparse image cut it up, and sharing it takes time by its pieces; taken in
  /// pieces of this size on XFS, an image in use has some tens of times fewer.
  private static final long EXTENT_BYTES = 1L << 20;

  private final Linux linux;
  private final Disk disk;
  private final Cutting cutting;
  private final ImageSpace space;

  Images(Linux linux, Cutting cutting, ImageSpace space) {
    this.linux = linux;
    this.disk = linux.disk();
    this.cutting = cutting;
    this.space = space;
  }

  Content create(Home home, Shape shape, long bytes) throws IOException {
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
    requireSize(image, bytes);
    disk.sync(image);
  }

  private void requireSize(Path image, long bytes) throws IOException {
    if (disk.stat(image).filter(stat -> stat.sizeBytes() == bytes).isEmpty()) {
      throw new IOException("%s does not have the %d bytes it was given".formatted(image, bytes));
    }
  }

  /// That a new image is what a record of this content and size says.
  void verify(Path image, Content.Formatted content, long bytes) throws IOException {
    Content _ = verified(image, content);
    requireSize(image, bytes);
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

  /// Raw block is a tenant's, and its copy is not looked at.
  Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException {
    Path image = target.image();
    cutting.prepare(origin, image, oneMoment).cut();
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
  private Content renew(Origin origin, Home target, Shape.Formatted shape) throws IOException {
    Path image = target.image();
    var content = new Content.Formatted(shape, UUID.randomUUID());
    replayLog(origin.id(), target, shape);
    Scope.VOLUME.in(
        origin.id(), () -> linux.fileSystems().changeUuid(image, shape.type(), content.uuid()));
    return verified(image, content);
  }

  /// Has the kernel replay the log of a copy. A write that the pool refused its origin must not
  /// look like damage in it.
  void replayLog(StoredId origin, Home target, Shape.Formatted shape) throws IOException {
    if (linux.fileSystems().errors(target.image(), shape.type()).isOfRefusedWrite()) {
      linux.fileSystems().forgetAbort(target.image(), shape.type());
    }
    boolean discards = space.discards(shape, target);
    var attach = new LoopDevices.Attach(target.image(), Access.READ_WRITE, discards, target.name());
    LoopDevices loops = linux.loops();
    Path device =
        Scope.DEVICE.of(new Subject.At(target.image()), () -> loops.attach(attach)).device();
    try (Closeable _ =
        () -> Scope.DEVICE.in(new Subject.Device(device), () -> loops.detach(device))) {
      Scope.VOLUME.in(origin, () -> linux.mounts().replayLog(device, shape.type()));
    }
  }

  /// What an image or device holds that its record does not say.
  static Optional<String> difference(
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
}
