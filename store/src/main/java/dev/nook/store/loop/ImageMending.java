package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Mending;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Subject;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Repairs the filesystem in an image on a copy that shares the image's blocks.
final class ImageMending implements Mending {
  private static final String CANNOT_SHARE =
      "the filesystem of its pool cannot share blocks, so there is no copy to try a repair on; copy"
          + " the image to another disk, run e2fsck or xfs_repair on the copy, and put it back";

  private final Linux linux;
  private final Disk disk;
  private final Images images;

  ImageMending(Linux linux, Images images) {
    this.linux = linux;
    this.disk = linux.disk();
    this.images = images;
  }

  @Override
  public Optional<String> refuses(Home home, Content content) throws IOException {
    return switch (content) {
      case Content.Raw _ ->
          Optional.of("it is a raw block volume: only its users know what is in it, Nook does not");
      case Content.Tree _ ->
          Optional.of(
              "it is a directory of its pool's filesystem, which can only be checked as a whole");
      case Content.Formatted _ ->
          ImageCopies.sharesBlocks(disk, home) ? Optional.empty() : Optional.of(CANNOT_SHARE);
    };
  }

  @Override
  public boolean isMarked(Home home, Content content) throws IOException {
    return linux.fileSystems().errors(home.image(), type(content)).isDamage();
  }

  @Override
  public Repair mend(VolumeId id, Home volume, Home copy, Content content)
      throws StorageException, IOException {
    Path image = copy.image();
    share(id, volume.image(), image);
    Repair repair = mended(id, copy, formatted(content));
    if (repair.outcome().isSound()) {
      finish(image, formatted(content), sizeBytes(volume.image()));
    }
    return repair;
  }

  private void share(VolumeId id, Path from, Path image) throws StorageException, IOException {
    try {
      disk.reflink(from, image);
    } catch (SystemCallException e) {
      if (e.is(Errno.EOPNOTSUPP)) {
        throw new StorageException.NotReady(id, CANNOT_SHARE);
      }
      throw e;
    }
  }

  /// Repairs a copy. Only the kernel replays the log of an XFS; it is never thrown away.
  private Repair mended(VolumeId id, Home copy, Content.Formatted content) throws IOException {
    Repair repair = run(copy, content);
    if (repair.outcome() != Outcome.LOG_DIRTY) {
      return repair;
    }
    try {
      images.replayLog(id, copy, content.shape());
    } catch (Scope.Failure e) {
      return new Repair(
          Outcome.BEYOND_REPAIR,
          List.of(),
          "the kernel cannot replay its log (%s), and without the log its content would be lost"
              .formatted(e.why()));
    }
    return run(copy, content);
  }

  private Repair run(Home copy, Content.Formatted content) throws IOException {
    return Scope.HOST.of(
        Subject.Part.CHECKER, () -> linux.repairs().mend(copy.image(), content.shape().type()));
  }

  @Override
  public void copy(Home kept, Home copy, Content content, long bytes) throws IOException {
    disk.reflink(kept.image(), copy.image());
    finish(copy.image(), formatted(content), bytes);
  }

  /// Makes a copy fit to take the place of its volume. Allocates all blocks of a thick image,
  /// before anybody writes it.
  private void finish(Path image, Content.Formatted content, long bytes) throws IOException {
    Allocation allocation = content.shape().provisioning().allocation();
    long larger = Math.max(bytes, sizeBytes(image));
    disk.grow(image, larger, allocation);
    images.verify(image, content, larger);
    disk.sync(image);
  }

  @Override
  public void become(Home copy, Home volume) throws IOException {
    disk.replace(copy.image(), volume.image());
    disk.sync(volume.directory());
    disk.sync(copy.directory());
  }

  private long sizeBytes(Path image) throws IOException {
    return disk.stat(image).map(Disk.Stat::sizeBytes).orElse(0L);
  }

  private static FileSystemType type(Content content) {
    return formatted(content).shape().type();
  }

  private static Content.Formatted formatted(Content content) {
    if (content instanceof Content.Formatted formatted) {
      return formatted;
    }
    throw new IllegalArgumentException("no filesystem of its own: " + content);
  }
}
