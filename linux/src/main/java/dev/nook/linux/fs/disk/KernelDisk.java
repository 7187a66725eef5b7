package dev.nook.linux.fs.disk;

import static dev.nook.linux.syscall.OpenFlag.O_CREAT;
import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static dev.nook.linux.syscall.OpenFlag.O_WRONLY;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.FileSystemStatus;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The disk of this host, by system calls.
///
/// Opening never waits: O_NONBLOCK keeps a FIFO that stands where a file should from holding the
/// caller for ever.
public final class KernelDisk implements Disk {
  private static final int PRIVATE_DIRECTORY = 0700;

  @Override
  public Optional<Stat> stat(Path path) throws IOException {
    try {
      FileStatus status = Syscalls.lstat(path);
      return Optional.of(
          new Stat(
              kind(status),
              status.device(),
              status.inode(),
              status.rdev(),
              status.sizeBytes(),
              status.allocatedBytes()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Kind kind(FileStatus status) {
    if (status.isFile()) {
      return Kind.FILE;
    }
    if (status.isDirectory()) {
      return Kind.DIRECTORY;
    }
    if (status.isSymlink()) {
      return Kind.SYMLINK;
    }
    return status.isBlockDevice() ? Kind.BLOCK_DEVICE : Kind.OTHER;
  }

  @Override
  public List<Location> locate(List<Path> paths) throws IOException {
    List<Location> found = new ArrayList<>();
    for (Path path : paths) {
      found.add(location(Syscalls.lstat(path)));
    }
    return List.copyOf(found);
  }

  private static Location location(FileStatus status) {
    return new Location(status.mount(), status.device(), status.inode());
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    List<String> all = new ArrayList<>();
    try (Fd fd = Syscalls.open(directory, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
      List<String> some = Syscalls.getdents(fd);
      while (!some.isEmpty()) {
        all.addAll(some);
        some = Syscalls.getdents(fd);
      }
    }
    all.sort(null);
    return List.copyOf(all);
  }

  @Override
  public byte[] read(Path file, int atMostBytes) throws IOException {
    try (Fd fd = Syscalls.open(file, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      long bytes = requireFile(file, Syscalls.fstat(fd)).sizeBytes();
      ByteBuffer content = ByteBuffer.allocate(atMostBytes + 1);
      boolean more = true;
      while (more && content.hasRemaining()) {
        more =
            Syscalls.pread(fd, content, content.position()) > 0
                && (bytes == 0 || content.position() < bytes);
      }
      if (!content.hasRemaining()) {
        throw new SystemCallException("read", file.toString(), Errno.EFBIG);
      }
      return Arrays.copyOf(content.array(), content.position());
    }
  }

  @Override
  public Space space(Path path) throws IOException {
    try (Fd fd = Syscalls.open(path, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      FileSystemStatus status = Syscalls.fstatfs(fd);
      Optional<FileSystemType> type = FileSystemType.ofMagic(status.magic());
      long largest =
          type.map(each -> each.largestFileBytes(status.blockBytes())).orElse(Long.MAX_VALUE);
      return new Space(type, status.totalBytes(), status.availableBytes(), largest);
    }
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    Syscalls.mkdir(directory, PRIVATE_DIRECTORY);
  }

  @Override
  public void chmod(Path path, int mode) throws IOException {
    try (Fd fd = Syscalls.open(path, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      FileStatus status = Syscalls.fstat(fd);
      if (!status.isFile() && !status.isDirectory()) {
        throw new SystemCallException("fchmod", path.toString(), Errno.EINVAL);
      }
      Syscalls.fchmod(fd, mode);
    }
  }

  @Override
  public void write(Path newFile, byte[] content) throws IOException {
    create(
        newFile,
        fd -> {
          Syscalls.pwrite(fd, ByteBuffer.wrap(content), 0);
          Syscalls.fsync(fd);
        });
  }

  @Override
  public void writeOut(Path newFile, byte[] content) throws IOException {
    create(
        newFile,
        fd -> {
          Syscalls.pwrite(fd, ByteBuffer.wrap(content), 0);
          Syscalls.writeOut(fd);
        });
  }

  @Override
  public void allocate(Path newFile, long bytes, Allocation allocation) throws IOException {
    create(
        newFile,
        fd -> {
          if (Btrfs.holds(fd)) {
            Btrfs.writeInPlace(fd);
          }
          extend(fd, 0, bytes, allocation);
        });
  }

  @Override
  public void grow(Path file, long bytes, Allocation allocation) throws IOException {
    try (Fd fd = openFile(file, O_WRONLY)) {
      long before = Syscalls.fstat(fd).sizeBytes();
      if (bytes < before) {
        throw new SystemCallException("ftruncate", file.toString(), Errno.EINVAL);
      }
      try {
        extend(fd, before, bytes, allocation);
      } catch (SystemCallException e) {
        undo(e, () -> Syscalls.ftruncate(fd, before));
        throw e;
      }
    }
  }

  private static void extend(Fd fd, long before, long bytes, Allocation allocation)
      throws SystemCallException {
    switch (allocation) {
      case SPARSE -> Syscalls.ftruncate(fd, bytes);
      case FULL -> {
        if (bytes != before || bytes == 0) { // The kernel refuses to allocate 0 bytes.
          Syscalls.fallocate(fd, before, bytes - before);
        }
        Blocks.fill(fd, before);
      }
    }
  }

  @Override
  public void reflink(Path from, Path newFile) throws IOException {
    copy(from, newFile, Syscalls::ficlone);
  }

  /// Gives a new file the write mode of its source, before blocks are shared: on btrfs both must be
  /// written in place, or neither; on XFS the extent-size hint is not shared, and cannot be set on
  /// a file with blocks.
  private static void beWrittenAs(Fd source, Fd newFile) throws SystemCallException {
    if (isXfs(newFile)) {
      int hint = FileIoctl.extentSizeHint(source);
      if (hint != 0) {
        FileIoctl.hintExtentSize(newFile, hint);
      }
    }
    if (Btrfs.holds(source) && Btrfs.isWrittenInPlace(source) && Btrfs.holds(newFile)) {
      Btrfs.writeInPlace(newFile);
    }
  }

  @Override
  public void copySparse(Path from, Path newFile) throws IOException {
    copy(from, newFile, SparseCopy::copy);
  }

  private interface Copying {
    void copy(Fd source, Fd newFile) throws SystemCallException;
  }

  private void copy(Path from, Path newFile, Copying how) throws IOException {
    try (Fd source = openFile(from, O_RDONLY)) {
      create(
          newFile,
          fd -> {
            beWrittenAs(source, fd);
            how.copy(source, fd);
          });
    }
  }

  @Override
  public void copyTree(Path from, Path emptyDirectory) throws IOException {
    Syscalls.open(from, O_RDONLY, O_DIRECTORY, O_NOFOLLOW).close();
    if (!list(emptyDirectory).isEmpty()) {
      throw new SystemCallException("copy", emptyDirectory.toString(), Errno.ENOTEMPTY);
    }
    TreeCopy.copy(from, emptyDirectory);
  }

  @Override
  public void syncFileSystem(Path path) throws IOException {
    try (Fd fd = Syscalls.open(path, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      Syscalls.syncfs(fd);
    }
  }

  @Override
  public long extents(Path file) throws IOException {
    try (Fd fd = openFile(file, O_RDONLY)) {
      return FileIoctl.extents(fd);
    }
  }

  @Override
  public Holding holding(Path file) throws IOException {
    try (Fd fd = openFile(file, O_RDONLY)) {
      return WholeExtents.of(fd);
    }
  }

  @Override
  public boolean shares(Path file) throws IOException {
    try (Fd fd = openFile(file, O_RDONLY)) {
      return FileIoctl.shares(fd);
    }
  }

  private static boolean isXfs(Fd fd) throws SystemCallException {
    return FileSystemType.ofMagic(Syscalls.fstatfs(fd).magic())
        .equals(Optional.of(FileSystemType.XFS));
  }

  @Override
  public void hintExtentSize(Path emptyFile, long bytes) throws IOException {
    try (Fd fd = openFile(emptyFile, O_RDONLY)) {
      if (isXfs(fd)) {
        FileIoctl.hintExtentSize(fd, Math.toIntExact(bytes));
      }
    }
  }

  @Override
  public void sync(Path path) throws IOException {
    try (Fd fd = Syscalls.open(path, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      Syscalls.fsync(fd);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Syscalls.renameNoReplace(from, to);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    Syscalls.rename(from, to);
  }

  @Override
  public void remove(Path path) throws IOException {
    try {
      if (Syscalls.lstat(path).isDirectory()) {
        Syscalls.rmdir(path);
      } else {
        Syscalls.unlink(path);
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  @Override
  public void removeTree(Path directory) throws IOException {
    TreeRemoval.remove(directory);
  }

  @Override
  public Optional<Held> tryLock(Path file) throws IOException {
    Fd fd = openFile(file, O_RDWR, O_CREAT);
    boolean held = false;
    try {
      held = Syscalls.tryLock(fd);
      return held ? Optional.of(new HeldFile(fd)) : Optional.empty();
    } finally {
      if (!held) {
        fd.close();
      }
    }
  }

  private record HeldFile(Fd fd) implements Held {
    @Override
    public Location location() throws IOException {
      return KernelDisk.location(Syscalls.fstat(fd));
    }

    @Override
    public void close() throws IOException {
      fd.close();
    }
  }

  /// Opens a regular file and nothing else: EISDIR, ELOOP for a link, EINVAL for a device or FIFO.
  public static Fd openFile(Path file, OpenFlag... flags) throws SystemCallException {
    OpenFlag[] all = Arrays.copyOf(flags, flags.length + 2);
    all[flags.length] = O_NOFOLLOW;
    all[flags.length + 1] = O_NONBLOCK;
    Fd fd = Syscalls.open(file, all);
    try {
      FileStatus _ = requireFile(file, Syscalls.fstat(fd));
      return fd;
    } catch (SystemCallException e) {
      undo(e, fd::close);
      throw e;
    }
  }

  private static FileStatus requireFile(Path file, FileStatus status) throws SystemCallException {
    if (!status.isFile()) {
      Errno errno = status.isDirectory() ? Errno.EISDIR : Errno.EINVAL;
      throw new SystemCallException("open", file.toString(), errno);
    }
    return status;
  }

  /// Makes a file and fills it; removes it again when that fails.
  private static void create(Path newFile, Filling filling) throws SystemCallException {
    try (Fd fd = Syscalls.open(newFile, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW)) {
      try {
        filling.fill(fd);
      } catch (SystemCallException e) {
        undo(e, () -> Syscalls.unlink(newFile));
        throw e;
      }
    }
  }

  /// Undoes a step; adds what cannot be undone to the failure as suppressed.
  private static void undo(SystemCallException failure, Undo undo) {
    try {
      undo.run();
    } catch (SystemCallException e) {
      failure.addSuppressed(e);
    }
  }

  @FunctionalInterface
  private interface Filling {
    void fill(Fd fd) throws SystemCallException;
  }

  @FunctionalInterface
  private interface Undo {
    void run() throws SystemCallException;
  }
}
