package dev.nook.testing.fake;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// mkfs, resize and statvfs of filesystems that are a [Marker] in an image.
final class FakeFileSystems implements FileSystems {
  private final FakeKernel kernel;

  FakeFileSystems(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Optional<Identity> probe(Path imageOrDevice) throws IOException {
    Place place = readable(imageOrDevice);
    return Marker.read(place.real()).map(found -> new Identity(found.type(), found.uuid()));
  }

  @Override
  public ErrorState errors(Path imageOrDevice, FileSystemType type) throws IOException {
    Place place = readable(imageOrDevice);
    var noted = Marker.read(place.real()).map(Marker::noted).orElse(FakeKernel.Noted.NOTHING);
    return switch (type == FileSystemType.EXT4 ? noted : FakeKernel.Noted.NOTHING) {
      case NOTHING -> ErrorState.NONE;
      case MARK -> new ErrorState(true, 0, Optional.empty(), Optional.empty(), 0);
      case REFUSED_WRITE ->
          new ErrorState(false, 0, Optional.empty(), Optional.empty(), Errno.EIO.number());
      case DAMAGE ->
          new ErrorState(false, 0, Optional.empty(), Optional.empty(), Errno.EUCLEAN.number());
    };
  }

  @Override
  public Optional<String> met(Path mountPoint) throws IOException {
    Place place = kernel.table.noFollow(mountPoint).mustBeADirectory("open");
    return place.superblock().metErrors ? Optional.of("it has counted 1") : Optional.empty();
  }

  @Override
  public void forgetAbort(Path imageOrDevice, FileSystemType type) throws IOException {
    Place place = readable(imageOrDevice);
    Optional<Marker> marker = Marker.read(place.real());
    if (marker.isPresent() && marker.get().noted() != FakeKernel.Noted.MARK) {
      marker.get().withNoted(FakeKernel.Noted.NOTHING).write(place.real());
    }
  }

  private Place readable(Path path) throws IOException {
    Place place = kernel.table.noFollow(path).mustExist("open").mustNotBeALink("open");
    if (place.isDirectory()) {
      throw place.refused("read", Errno.EINVAL);
    }
    if (kernel.isBroken(place.inode())) {
      throw place.refused("read", Errno.EIO);
    }
    return place;
  }

  @Override
  public void format(Path image, FileSystemType type, UUID uuid, Allocation allocation)
      throws IOException {
    if (kernel.table.noFollow(image).isDirectory()) {
      throw kernel.table.noFollow(image).refused("open", Errno.EISDIR);
    }
    Place place = readable(image).mustBeWritable("open");
    long bytes = Files.size(place.real());
    if (bytes < Capacity.leastFor(type)) {
      throw new IOException("mkfs.%s: %s is too small: %d bytes".formatted(type, image, bytes));
    }
    long inode = place.inode();
    if (kernel.loops.values().stream()
        .anyMatch(loop -> loop.shows(place.superblock(), inode) && kernel.table.isMounted(loop))) {
      throw new IOException("mkfs.%s: %s is mounted".formatted(type, image));
    }
    kernel.forget(place.real());
    Marker.clean(type, uuid, bytes).write(place.real());
  }

  @Override
  public void expandUnmounted(Path device, FileSystemType type) throws IOException {
    Place place = readable(device);
    if (type == FileSystemType.EXT4 && !kernel.ext4GrowsOnline) {
      Optional<Attached> loop = kernel.loopAt(place);
      if (loop.isPresent() && kernel.table.isMounted(loop.get())) {
        throw place.refused("resize2fs", Errno.EBUSY);
      }
      fill(place, loop.isPresent() ? loop.get().bytes : Files.size(place.real()), type);
    }
  }

  private static void fill(Place device, long bytes, FileSystemType type) throws IOException {
    Marker marker = ofType(device, type);
    marker.withBytes(Math.max(bytes, marker.bytes())).write(device.real());
  }

  private static Marker ofType(Place image, FileSystemType type) throws IOException {
    return Marker.read(image.real())
        .filter(found -> found.type() == type)
        .orElseThrow(() -> image.refused("open " + type, Errno.EINVAL));
  }

  @Override
  public void expand(Path mountPoint, FileSystemType type) throws IOException {
    Place place = kernel.table.noFollow(mountPoint).mustBeADirectory("open");
    Attached loop =
        kernel.loops.values().stream()
            .filter(each -> Attached.rdev(each.number) == place.superblock().rdev)
            .findFirst()
            .orElseThrow(() -> place.refused("resize", Errno.EINVAL));
    Marker marker =
        Marker.read(loop.node)
            .filter(found -> found.type() == type)
            .orElseThrow(() -> place.refused("resize", Errno.EINVAL));
    if (place.mount().readOnly() || marker.bytes() >= loop.bytes) {
      return;
    }
    if (type == FileSystemType.EXT4 && !kernel.ext4GrowsOnline) {
      throw place.refused("EXT4_IOC_RESIZE_FS", Errno.EPERM);
    }
    marker.withBytes(loop.bytes).write(loop.node);
    place.superblock().size(Capacity.usable(loop.bytes), Capacity.usable(loop.bytes));
  }

  @Override
  public Usage usage(Path mountPoint) throws IOException {
    return usage(kernel, kernel.table.noFollow(mountPoint).mustBeADirectory("open"));
  }

  static Usage usage(FakeKernel kernel, Place place) throws IOException {
    Superblock superblock = place.superblock();
    if (superblock == kernel.host) {
      long used = superblock.totalBytes() - superblock.availableBytes();
      return new Usage(superblock.totalBytes(), used, superblock.availableBytes(), 0, 0, 0);
    }
    Tree.Content content = Tree.measure(superblock.folder);
    long used = content.bytes() + superblock.chargedBytes();
    long inodes = superblock.totalBytes() / 16384;
    return new Usage(
        superblock.totalBytes(),
        used,
        Math.max(0, superblock.totalBytes() - used),
        inodes,
        content.files(),
        Math.max(0, inodes - content.files()));
  }

  @Override
  public void changeUuid(Path image, FileSystemType type, UUID uuid) throws IOException {
    Place place = readable(image).mustBeWritable("open");
    if (type == FileSystemType.BTRFS) {
      throw place.refused("change the UUID of", Errno.EOPNOTSUPP);
    }
    Marker marker = ofType(place, type);
    if (marker.dirty()) {
      throw place.refused("change the UUID of", Errno.EUCLEAN);
    }
    for (Attached loop : kernel.loops.values()) {
      if (Files.isSameFile(loop.node, place.real())) {
        throw place.refused("change the UUID of", Errno.EBUSY);
      }
    }
    kernel.renew(place.real(), marker, marker.withUuid(uuid));
  }

  /// A fake filesystem hashes no names.
  @Override
  public void changeUuidAndHashSeed(Path image, Path template, FileSystemType type, UUID uuid)
      throws IOException {
    Marker _ = ofType(readable(template), type);
    changeUuid(image, type, uuid);
  }

  @Override
  public String formatter(FileSystemType type) {
    return "mkfs.%s %d".formatted(type, kernel.toolsVersion());
  }
}
