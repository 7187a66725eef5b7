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

/// Makes the images of volumes, new ones and copies. Each holds a filesystem with a UUID of its
/// own, or raw block.
final class Images {
  /// Asks XFS to allocate in pieces of this size: random writes cut a sparse image up, and sharing
  /// it takes time by its number of extents, of which an image in use has some tens of times fewer
  /// with this.
  private static final long EXTENT_BYTES = 1L << 20;

  private final Linux linux;
  private final Disk disk;
  private final ImageCopies copies;
  private final ImageSpace space;

  Images(Linux linux, ImageCopies copies, ImageSpace space) {
    this.linux = linux;
    this.disk = linux.disk();
    this.copies = copies;
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
    requireSize(image, bytes);
    return content;
  }

  private void requireSize(Path image, long bytes) throws IOException {
    if (disk.stat(image).filter(stat -> stat.sizeBytes() == bytes).isEmpty()) {
      throw new IOException(
          "%s does not have the %d bytes that it was given".formatted(image, bytes));
    }
  }

  /// Verifies that a new image is what a record of this content and size says.
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

  /// Makes an image that starts with what the origin holds. Raw block is a tenant's, so its copy is
  /// not looked at.
  Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException {
    Path image = target.image();
    copies.prepare(origin, image, oneMoment).cut();
    Content content =
        switch (origin.content()) {
          case Content.Raw raw -> raw;
          case Content.Formatted(var shape, var _) -> withNewUuid(origin, target, shape);
          case Content.Tree _ -> throw new IllegalArgumentException("an image holds no tree");
        };
    disk.grow(image, bytes, content.shape().provisioning().allocation());
    requireSize(image, bytes);
    return content;
  }

  /// Gives the filesystem in a copy a UUID of its own. A copy that was cut in use has a log, which
  /// names the old UUID, so the log is replayed first.
  private Content withNewUuid(Origin origin, Home target, Shape.Formatted shape)
      throws IOException {
    Path image = target.image();
    var content = new Content.Formatted(shape, UUID.randomUUID());
    replayLog(origin.id(), target, shape);
    Scope.VOLUME.in(
        origin.id(), () -> linux.fileSystems().changeUuid(image, shape.type(), content.uuid()));
    return verified(image, content);
  }

  /// Has the kernel replay the log of a copy. A write that a full pool refused to its origin must
  /// not look like damage in the copy, so the mark of that is removed first.
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

  /// Returns how what an image or device holds differs from its record; empty when it does not.
  static Optional<String> difference(
      Content.Formatted recorded, Optional<FileSystems.Identity> found) {
    if (found.isEmpty()) {
      return Optional.of(
          "holds no filesystem, but the record says %s".formatted(recorded.shape().type()));
    }
    var wanted = new FileSystems.Identity(recorded.shape().type(), recorded.uuid());
    return found.get().equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "holds %s %s, but the record says %s %s"
                .formatted(found.get().type(), found.get().uuid(), wanted.type(), wanted.uuid()));
  }
}
