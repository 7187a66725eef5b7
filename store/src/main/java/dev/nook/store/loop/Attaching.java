package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Attaches images to loop devices. Compares what is there with the record, and writes only the
/// missing blocks of a thick image.
record Attaching(Linux linux, ImageDevices devices, ImageSpace space) {
  /// Attaches an image, or returns its attachment. Throws `NotReady` when what is there is not what
  /// was recorded.
  Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    Disk.Stat image = requireImage(home, volume);
    Optional<Loop> present = devices.attachment(volume.id(), home, image);
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

  /// Returns a device that was already attached, after comparing it with what attaching makes.
  private Loop verified(Volume volume, Home home, Loop found) throws StorageException, IOException {
    boolean discards = space.discards(volume.content().shape(), home);
    try {
      return linux.loops().verify(found.device(), discards);
    } catch (SystemCallException e) {
      if (e.is(Errno.EINVAL)) {
        throw new StorageException.NotReady(
            volume.id(),
            "its device differs from how this driver attaches it (%s); unpublish and unstage it"
                .formatted(e.getMessage()));
      }
      throw e;
    }
  }

  private Disk.Stat requireImage(Home home, Volume volume) throws StorageException, IOException {
    Optional<Disk.Stat> found = linux.disk().stat(home.image());
    if (found.isEmpty()) {
      throw refused(volume, home.image(), "is missing");
    }
    Disk.Stat image = found.get();
    if (image.kind() != Kind.FILE) {
      throw refused(volume, home.image(), "is not a regular file");
    }
    if (image.sizeBytes() < volume.capacityBytes()) {
      throw refused(
          volume,
          home.image(),
          "has %d bytes, but the volume has %d"
              .formatted(image.sizeBytes(), volume.capacityBytes()));
    }
    return image;
  }

  /// Allocates the blocks that a thick image has lost, once its content is verified and before
  /// anyone writes.
  private void allocateAgain(Home home, Volume volume, Disk.Stat image)
      throws StorageException, IOException {
    boolean thick = volume.content().shape().provisioning() == Shape.Provisioning.THICK;
    if (thick && image.allocatedBytes() < image.sizeBytes()) {
      requireContent(volume, home.image());
      linux.disk().grow(home.image(), image.sizeBytes(), Allocation.FULL);
    }
  }

  /// Compares the content with the record. A raw block volume's content is the tenant's, and is not
  /// looked at.
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
}
