package dev.nook.testing.fake;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.testing.extent.FileBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Files of a temporary folder, seen through the fake mounts. Uses the real disk for what needs no
/// root; devices, space, full allocations and reflinks are simulated.
final class FakeDisk implements Disk {
  private interface Writing {
    void write(Path newFile, byte[] content) throws IOException;
  }

  private final FakeKernel kernel;
  private final Disk real = new KernelDisk();

  FakeDisk(FakeKernel kernel) {
    this.kernel = kernel;
  }

  private Place place(Path path) throws IOException {
    return kernel.table.noFollow(path);
  }

  private Place writable(Path path, String call) throws IOException {
    return place(path).mustExist(call).mustBeWritable(call);
  }

  /// Returns the place of a new file; the real disk refuses what is in its way.
  private Place fresh(Path path, String call) throws IOException {
    Place place = place(path);
    return place.exists() ? place : place.mustBeWritable(call);
  }

  @Override
  public Optional<Stat> stat(Path path) throws IOException {
    Place place = place(path);
    Optional<Stat> stat = real.stat(place.real());
    return stat.isPresent() ? Optional.of(seen(place, stat.get())) : stat;
  }

  private static Stat seen(Place place, Stat stat) throws IOException {
    Superblock superblock = place.superblock();
    if (place.isBlockDevice()) {
      long rdev = Attached.number(place.real()).map(Attached::rdev).orElse(0L);
      return new Stat(Kind.BLOCK_DEVICE, superblock.device(), stat.inode(), rdev, 0, 0);
    }
    long allocated = superblock.blocks.known(stat.inode()).map(FileBlocks::bytes).orElse(0L);
    return new Stat(
        stat.kind(),
        place.device(),
        stat.inode(),
        stat.rdev(),
        stat.sizeBytes(),
        Math.max(allocated, stat.allocatedBytes()));
  }

  @Override
  public List<Location> locate(List<Path> paths) throws IOException {
    List<Location> found = new ArrayList<>();
    for (Path path : paths) {
      found.add(location(place(path).mustExist("statx")));
    }
    return List.copyOf(found);
  }

  private static Location location(Place place) throws IOException {
    return new Location(place.mount().id, place.device(), place.inode());
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return real.list(place(directory).real());
  }

  @Override
  public byte[] read(Path file, int atMostBytes) throws IOException {
    Place place = place(file).mustExist("open");
    if (kernel.isBroken(place.inode())) {
      throw place.refused("read", Errno.EIO);
    }
    return real.read(place.real(), atMostBytes);
  }

  @Override
  public Space space(Path path) throws IOException {
    Place place = place(path).mustExist("open").mustNotBeALink("open");
    Superblock superblock = place.superblock();
    return new Space(
        superblock.type,
        superblock.totalBytes(),
        superblock.availableBytes(),
        superblock.largestFileBytes());
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    real.makeDirectory(fresh(directory, "mkdir").real());
  }

  @Override
  public void chmod(Path path, int mode) throws IOException {
    real.chmod(writable(path, "fchmod").real(), mode);
  }

  @Override
  public void write(Path newFile, byte[] content) throws IOException {
    write(newFile, content, real::write);
  }

  @Override
  public void writeOut(Path newFile, byte[] content) throws IOException {
    write(newFile, content, real::writeOut);
  }

  private void write(Path newFile, byte[] content, Writing writing) throws IOException {
    Place place = fresh(newFile, "open");
    long bytes = Tree.roundUp(content.length);
    if (!place.exists()) {
      place.superblock().require(bytes, "write", newFile);
    }
    writing.write(place.real(), content);
    place.superblock().blocks.of(place.inode()).allocate(bytes);
  }

  @Override
  public void allocate(Path newFile, long bytes, Allocation allocation) throws IOException {
    Place place = fresh(newFile, "open");
    if (!place.exists()) {
      mayBe(bytes, place, "allocate");
    }
    if (allocation == Allocation.FULL && !place.exists()) {
      place.superblock().require(fully(place, bytes), "fallocate", newFile);
    }
    real.allocate(place.real(), bytes, Allocation.SPARSE);
    take(place, bytes, allocation);
  }

  @Override
  public void grow(Path file, long bytes, Allocation allocation) throws IOException {
    Place place = writable(file, "open");
    mayBe(bytes, place, "grow");
    if (allocation == Allocation.FULL) {
      place.superblock().require(blocks(place).missing(fully(place, bytes)), "fallocate", file);
    }
    real.grow(place.real(), bytes, Allocation.SPARSE);
    take(place, bytes, allocation);
  }

  /// What allocating a file in full takes; fallocate(2) refuses to allocate nothing.
  private static long fully(Place place, long bytes) throws IOException {
    if (bytes <= 0) {
      throw place.refused("fallocate", Errno.EINVAL);
    }
    return Tree.roundUp(bytes);
  }

  /// Checked before space is, as the kernel does.
  private static void mayBe(long bytes, Place place, String call) throws SystemCallException {
    if (bytes > place.superblock().largestFileBytes()) {
      throw place.refused(call, Errno.EFBIG);
    }
  }

  private static void take(Place place, long bytes, Allocation allocation) throws IOException {
    if (allocation == Allocation.FULL) {
      blocks(place).allocate(Tree.roundUp(bytes));
    }
  }

  /// Returns the blocks that a file has by now.
  private static FileBlocks blocks(Place place) throws IOException {
    return place.superblock().blocks.look(place.inode(), place.real());
  }

  @Override
  public void reflink(Path from, Path newFile) throws IOException {
    Stat _ = regular(from);
    Place source = place(from);
    Place target = fresh(newFile, "open");
    real.allocate(target.real(), 0, Allocation.SPARSE);
    Superblock superblock = target.superblock();
    boolean across = source.superblock() != superblock;
    real.remove(target.real());
    if (across || !superblock.reflinks()) {
      throw target.refused("FICLONE", across ? Errno.EXDEV : Errno.EOPNOTSUPP);
    }
    FileBlocks shared = blocks(source);
    real.copySparse(source.real(), target.real());
    superblock.blocks.share(shared, target.inode(), target.real());
    kernel.copyContent(source.real(), target.real());
  }

  @Override
  public void copySparse(Path from, Path newFile) throws IOException {
    Stat _ = regular(from);
    Place source = place(from);
    Place target = fresh(newFile, "open");
    real.copySparse(source.real(), target.real());
    kernel.copyContent(source.real(), target.real());
  }

  @Override
  public void copyTree(Path from, Path emptyDirectory) throws IOException {
    Place source = place(from).mustExist("open");
    Place target = place(emptyDirectory).mustExist("open");
    real.copyTree(source.real(), target.mustBeWritable("copy").real());
  }

  @Override
  public void syncFileSystem(Path path) throws IOException {
    place(path).mustExist("open").mustNotBeALink("open").superblock().blocks.commit();
  }

  @Override
  public long extents(Path file) throws IOException {
    Stat _ = regular(file);
    return blocks(place(file)).extents();
  }

  @Override
  public Holding holding(Path file) throws IOException {
    Stat _ = regular(file);
    if (!place(file).superblock().is(FileSystemType.BTRFS)) {
      throw place(file).refused("BTRFS_IOC_TREE_SEARCH", Errno.ENOTTY);
    }
    return blocks(place(file)).holding();
  }

  @Override
  public boolean shares(Path file) throws IOException {
    Stat _ = regular(file);
    return blocks(place(file)).shares();
  }

  @Override
  public void hintExtentSize(Path emptyFile, long bytes) throws IOException {
    Stat stat = regular(emptyFile);
    if (place(emptyFile).superblock().is(FileSystemType.XFS)
        && (stat.allocatedBytes() > 0 || bytes % 4096 != 0)) {
      throw place(emptyFile).refused("FS_IOC_FSSETXATTR", Errno.EINVAL);
    }
  }

  private Stat regular(Path file) throws IOException {
    Place place = place(file).mustExist("open").mustNotBeALink("open");
    Stat stat = stat(file).orElseThrow();
    return switch (stat.kind()) {
      case FILE -> stat;
      case DIRECTORY -> throw place.refused("open", Errno.EISDIR);
      case SYMLINK, BLOCK_DEVICE, OTHER -> throw place.refused("open", Errno.EINVAL);
    };
  }

  @Override
  public void sync(Path path) throws IOException {
    real.sync(place(path).real());
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Place source = place(from).mustExist("renameat2");
    Place target = place(to);
    if (target.exists()) {
      throw target.refused("renameat2", Errno.EEXIST);
    }
    mayMove(source, target);
    real.rename(source.real(), target.real());
    renamed(source, target);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    Place source = place(from).mustExist("rename");
    Place target = place(to);
    mayMove(source, target);
    boolean same = target.exists() && source.inode() == target.inode();
    Optional<Long> replaced = same ? Optional.empty() : leaving(target);
    real.replace(source.real(), target.real());
    replaced.ifPresent(target.superblock().blocks::release);
    renamed(source, target);
  }

  private void renamed(Place from, Place to) {
    kernel.table.renamed(from.real(), to.real());
    from.superblock().blocks.renamed(from.real(), to.real());
  }

  private static boolean sameParent(Place one, Place other) {
    return Objects.equals(one.real().getParent(), other.real().getParent());
  }

  /// Refuses to move a directory in a read-only subvolume, because a new parent is written into it.
  private static void mayMove(Place source, Place target) throws IOException {
    if (source.isMountPoint() || target.isMountPoint()) {
      throw source.refused("rename", Errno.EBUSY);
    }
    if (source.mount() != target.mount()) {
      throw source.refused("rename", Errno.EXDEV);
    }
    if (!source.isSubvolume() || !sameParent(source, target)) {
      source.mustBeWritable("rename");
    }
  }

  @Override
  public void remove(Path path) throws IOException {
    Place place = place(path);
    if (place.exists() && place.isMountPoint()) {
      throw place.refused("unlink", Errno.EBUSY);
    }
    if (place.exists()) {
      place.mustBeWritable("unlink");
    }
    Optional<Long> released = leaving(place);
    Optional<Long> subvolume = place.isSubvolume() ? Optional.of(place.inode()) : Optional.empty();
    real.remove(place.real());
    released.ifPresent(place.superblock().blocks::release);
    subvolume.ifPresent(place.superblock().subvolumes::remove);
  }

  /// Returns the inode of a file of which this is the last name, and which is about to lose it; a
  /// loop device that shows it has another.
  private static Optional<Long> leaving(Place place) throws IOException {
    if (!place.exists()
        || place.isDirectory()
        || (Integer) Files.getAttribute(place.real(), "unix:nlink", LinkOption.NOFOLLOW_LINKS)
            > 1) {
      return Optional.empty();
    }
    place.superblock().blocks.leaving(place.inode());
    return Optional.of(place.inode());
  }

  @Override
  public void removeTree(Path directory) throws IOException {
    Place place = place(directory);
    if (!place.exists() || !place.isDirectory()) {
      real.removeTree(place.real());
      return;
    }
    place.mustBeWritable("unlink");
    Superblock superblock = place.superblock();
    List<Tree.Entry> entries = Tree.entries(place.real());
    long top = place.inode();
    if (kernel.table.hasMountBelow(place.path())
        || entries.stream()
            .anyMatch(e -> e.inode() != top && superblock.subvolumes.containsKey(e.inode()))) {
      throw place.refused("rmdir", Errno.EXDEV);
    }
    List<Long> leaving =
        entries.stream().filter(entry -> entry.links() == 1).map(Tree.Entry::inode).toList();
    for (long inode : leaving) {
      superblock.blocks.leaving(inode);
    }
    real.removeTree(place.real());
    superblock.subvolumes.remove(top);
    leaving.forEach(superblock.blocks::release);
  }

  @Override
  public Optional<Held> tryLock(Path file) throws IOException {
    Place place = fresh(file, "open").mustBeWritable("open");
    Optional<Held> held = real.tryLock(place.real());
    return held.isPresent()
        ? Optional.of(new Lock(kernel, held.get(), kernel.open(place), location(place)))
        : Optional.empty();
  }
}
