package dev.nook.testing;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files of a temporary folder, seen through the fake mounts. Space, full allocations and reflinks
/// are simulated, all else is done to real files.
final class FakeDisk implements Disk {
  private static final int S_IFMT = 0170000;

  private final FakeKernel kernel;
  private final TemporaryDisk files = new TemporaryDisk();

  FakeDisk(FakeKernel kernel) {
    this.kernel = kernel;
  }

  private Place place(Path path) throws IOException {
    return kernel.table.noFollow(path);
  }

  @Override
  public Optional<Stat> stat(Path path) throws IOException {
    Place place = place(path);
    if (!place.exists()) {
      return Optional.empty();
    }
    Map<String, Object> status = files.attributes(place.real());
    Kind kind = kind(place, (Integer) status.getOrDefault("mode", 0));
    long inode = (Long) status.getOrDefault("ino", 0L);
    long bytes = kind == Kind.BLOCK_DEVICE ? 0 : (Long) status.getOrDefault("size", 0L);
    long rdev =
        kind == Kind.BLOCK_DEVICE
            ? Attached.number(place.real()).map(Attached::rdev).orElse(0L)
            : 0;
    long allocated = place.superblock().allocated(inode).orElse(0L);
    return Optional.of(new Stat(kind, place.superblock().device, inode, rdev, bytes, allocated));
  }

  private static Kind kind(Place place, int mode) {
    if (place.isBlockDevice()) {
      return Kind.BLOCK_DEVICE;
    }
    return switch (mode & S_IFMT) {
      case 0100000 -> Kind.FILE;
      case 0040000 -> Kind.DIRECTORY;
      case 0120000 -> Kind.SYMLINK;
      default -> Kind.OTHER;
    };
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return files.list(place(directory).real());
  }

  @Override
  public byte[] read(Path file, int atMostBytes) throws IOException {
    Place place = place(file).mustExist("open");
    if (kernel.isBroken(place.inode())) {
      throw place.refused("read", Errno.EIO);
    }
    return files.read(place.real(), atMostBytes);
  }

  @Override
  public Space space(Path path) throws IOException {
    Superblock superblock = kernel.table.follow(path).mustExist("statfs").superblock();
    return new Space(superblock.type, superblock.totalBytes(), superblock.availableBytes());
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    files.makeDirectory(fresh(directory, "mkdir").real());
  }

  /// A path where something is about to be made.
  private Place fresh(Path path, String call) throws IOException {
    Place place = place(path);
    if (place.exists()) {
      throw place.refused(call, Errno.EEXIST);
    }
    return place.mustBeWritable(call);
  }

  @Override
  public void chmod(Path directory, int mode) throws IOException {
    files.chmod(place(directory).mustBeWritable("chmod").real(), mode);
  }

  @Override
  public void write(Path newFile, byte[] content) throws IOException {
    Place place = fresh(newFile, "open");
    long bytes = Tree.roundUp(content.length);
    place.superblock().require(bytes, "write", newFile);
    files.write(place.real(), content);
    place.superblock().allocate(place.inode(), bytes);
  }

  @Override
  public void allocate(Path newFile, long bytes, Allocation allocation) throws IOException {
    Place place = fresh(newFile, "open");
    if (allocation == Allocation.FULL) {
      place.superblock().require(Tree.roundUp(bytes), "fallocate", newFile);
    }
    files.write(place.real(), new byte[0]);
    grow(place, bytes, allocation);
  }

  @Override
  public void grow(Path file, long bytes, Allocation allocation) throws IOException {
    grow(place(file).mustExist("open").mustBeWritable("open"), bytes, allocation);
  }

  private void grow(Place place, long bytes, Allocation allocation) throws IOException {
    Superblock superblock = place.superblock();
    if (allocation == Allocation.FULL && !place.isDirectory()) {
      long had = superblock.allocated(place.inode()).orElse(0L);
      superblock.require(Tree.roundUp(bytes) - had, "fallocate", place.path());
    }
    files.truncate(place.real(), bytes);
    if (allocation == Allocation.FULL) {
      superblock.allocate(place.inode(), Tree.roundUp(bytes));
    }
  }

  @Override
  public void reflink(Path from, Path newFile) throws IOException {
    Place source = place(from).mustExist("open");
    Place target = fresh(newFile, "open");
    if (source.superblock() != target.superblock()) {
      throw target.refused("FICLONE", Errno.EXDEV);
    }
    if (!source.superblock().reflinks()) {
      throw target.refused("FICLONE", Errno.EOPNOTSUPP);
    }
    files.copy(source.real(), target.real());
    kernel.copyContent(source.real(), target.real());
  }

  @Override
  public void sync(Path path) throws IOException {
    files.sync(place(path).real());
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Place source = place(from).mustExist("renameat2");
    Place target = place(to);
    if (target.exists()) {
      throw target.refused("renameat2", Errno.EEXIST);
    }
    move(source, target);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    Place source = place(from).mustExist("rename");
    Place target = place(to);
    if (target.exists() && source.isDirectory() != target.isDirectory()) {
      throw target.refused("rename", target.isDirectory() ? Errno.EISDIR : Errno.ENOTDIR);
    }
    if (target.exists() && source.inode() != target.inode()) {
      released(target);
    }
    move(source, target);
  }

  private void move(Place source, Place target) throws IOException {
    if (source.isMountPoint() || target.isMountPoint()) {
      throw source.refused("rename", Errno.EBUSY);
    }
    if (source.mount() != target.mount()) {
      throw source.refused("rename", Errno.EXDEV);
    }
    source.mustBeWritable("rename");
    files.rename(source.real(), target.real());
    kernel.table.renamed(source.real(), target.real());
  }

  @Override
  public void remove(Path path) throws IOException {
    Place place = place(path);
    if (!place.exists()) {
      return;
    }
    if (place.isMountPoint()) {
      throw place.refused("unlink", Errno.EBUSY);
    }
    place.mustBeWritable("unlink");
    released(place);
    files.remove(place.real());
  }

  /// Gives back what a file has allocated, unless a loop device still holds it.
  private void released(Place place) throws IOException {
    if (!place.isDirectory()
        && (Integer) Files.getAttribute(place.real(), "unix:nlink", LinkOption.NOFOLLOW_LINKS)
            == 1) {
      place.superblock().release(place.inode());
    }
  }

  @Override
  public void removeTree(Path directory) throws IOException {
    Place place = place(directory);
    if (!place.exists()) {
      return;
    }
    if (!place.isDirectory()) {
      throw place.refused("open", Errno.ENOTDIR);
    }
    if (place.isMountPoint()) {
      throw place.refused("removeTree", Errno.EXDEV);
    }
    place.mustBeWritable("unlink");
    removeBelow(place);
    files.remove(place.real());
  }

  private void removeBelow(Place directory) throws IOException {
    for (String name : files.list(directory.real())) {
      Place entry = place(directory.path().resolve(name));
      if (entry.isMountPoint() || entry.isSubvolume()) {
        throw entry.refused("removeTree", Errno.EXDEV);
      }
      if (entry.isDirectory()) {
        removeBelow(entry);
      }
      released(entry);
      files.remove(entry.real());
    }
  }

  @Override
  public Optional<Held> tryLock(Path file) throws IOException {
    Place place = place(file).mustBeWritable("open");
    if (!place.exists()) {
      files.write(place.real(), new byte[0]);
    }
    if (place.isDirectory()) {
      throw place.refused("open", Errno.EISDIR);
    }
    if (kernel.locks.containsKey(place.inode())) {
      return Optional.empty();
    }
    kernel.locks.put(place.inode(), kernel.open(place));
    return Optional.of(new Lock(kernel, place.inode()));
  }
}
