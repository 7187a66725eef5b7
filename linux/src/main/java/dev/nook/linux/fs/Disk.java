package dev.nook.linux.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes every change to a pool's files. Each method is one step after which a crash can come, so a
/// test can number the steps. What else changes files (sockets, mount points, the quickstart) is
/// named in `Architecture`.
///
/// No method follows a symbolic link in the last component of a path; all throw {@link
/// dev.nook.linux.syscall.SystemCallException} with the kernel's error number. Nothing is durable
/// until the file **and** the directory that names it are synced; {@link #write} syncs its file, no
/// other method syncs anything by itself.
public interface Disk {
  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    BLOCK_DEVICE,
    OTHER
  }

  /// What lstat(2) says. `device` and `inode` identify the file; `rdev` names the device behind a
  /// device node and is 0 for anything else.
  record Stat(Kind kind, long device, long inode, long rdev, long sizeBytes, long allocatedBytes) {
    /// Returns the allocated bytes, at most the file's size: a filesystem that allocates in large
    /// pieces counts more.
    public long allocatedWithinSizeBytes() {
      return Math.min(allocatedBytes, sizeBytes);
    }
  }

  /// What statfs(2) says of the filesystem of a path. `type` is empty for one that Nook does not
  /// know; `availableBytes` is what an unprivileged writer can still take; a file of more than
  /// `largestFileBytes` is EFBIG, whatever is free.
  record Space(
      Optional<FileSystemType> type, long totalBytes, long availableBytes, long largestFileBytes) {
    public boolean is(FileSystemType wanted) {
      return type.equals(Optional.of(wanted));
    }
  }

  /// What a file keeps allocated where the filesystem frees whole extents only.
  ///
  /// @param bytes all of each extent of which the file has a part
  /// @param shownBytes the parts that it has
  record Holding(long bytes, long shownBytes) {}

  /// A lock that lasts until closed or until this process dies. Its file is never read (closing any
  /// other descriptor of it would drop the lock) and never unlinked.
  interface Held extends Closeable {
    /// Returns the location of the locked file, whatever its path now shows.
    Location location() throws IOException;
  }

  /// The identity of a file or directory, and the mount through which it was reached.
  ///
  /// @param mount its id, which no other mount gets while anything of this one is open; 0 before
  ///   Linux 5.8
  record Location(long mount, long device, long inode) {}

  /// Returns what is at a path; empty when nothing is there.
  Optional<Stat> stat(Path path) throws IOException;

  /// Returns what each of these paths leads to now, which differs from before when something was
  /// mounted over it or moved. ENOENT when one of them leads nowhere.
  List<Location> locate(List<Path> paths) throws IOException;

  /// Returns the names in a directory, sorted.
  List<String> list(Path directory) throws IOException;

  /// Returns the content of a regular file; EFBIG when it is larger than `atMostBytes`.
  byte[] read(Path file, int atMostBytes) throws IOException;

  Space space(Path path) throws IOException;

  /// Makes one directory of mode 0700; EEXIST when anything is there.
  void makeDirectory(Path directory) throws IOException;

  /// Sets the permission bits of a regular file or a directory (chmod(2)), whatever the umask is.
  void chmod(Path path, int mode) throws IOException;

  /// Makes a file of mode 0600 with this content and fsyncs it; EEXIST when anything is there.
  void write(Path newFile, byte[] content) throws IOException;

  /// As [#write], but the file is not synced. Its content is with the device when this returns
  /// (sync_file_range(2)), so that one commit of the filesystem's log, for whichever file is synced
  /// next, can take in this one too, and its own sync finds nothing left to write.
  void writeOut(Path newFile, byte[] content) throws IOException;

  /// Makes a file of mode 0600 and this size, holes or allocated; EEXIST when anything is there. On
  /// btrfs it is written in place (NOCOW): a file whose blocks move at each write keeps the old
  /// extents until none of their blocks is left, and takes more than its size.
  void allocate(Path newFile, long bytes, Allocation allocation) throws IOException;

  /// Makes a file larger, or with [Allocation#FULL] fills its holes at the size it has; never
  /// shrinks it (EINVAL).
  void grow(Path file, long bytes, Allocation allocation) throws IOException;

  /// Shares `from`'s blocks with a new file (FICLONE), which is written as `from` is: in place, or
  /// allocated in pieces of the same size. EOPNOTSUPP where the filesystem has no reflinks.
  void reflink(Path from, Path newFile) throws IOException;

  /// Copies a file's data into a new file of the same size and keeps its holes (SEEK_DATA,
  /// SEEK_HOLE), so the copy takes at most what `from` takes. Nobody may write `from` meanwhile.
  /// The copy is not synced; a failed one is removed.
  void copySparse(Path from, Path newFile) throws IOException;

  /// Copies what is in a directory into an existing empty one: owners, modes, times, extended
  /// attributes, ACLs, hard links, holes and special files as they are, no link followed, blocks
  /// shared where the filesystem can. The copy is not synced; the caller syncs the filesystem.
  void copyTree(Path from, Path emptyDirectory) throws IOException;

  /// syncfs(2): everything of the filesystem that holds this path is on its device.
  void syncFileSystem(Path path) throws IOException;

  /// Returns how many extents a file has (FIEMAP); the time of a reflink grows with it.
  long extents(Path file) throws IOException;

  /// Returns what a file on btrfs holds; ENOTTY elsewhere, where every block is freed by itself. In
  /// extents that others share, it may miss what is written meanwhile.
  Holding holding(Path file) throws IOException;

  /// Whether another file has a part of an extent of this one (FIEMAP).
  boolean shares(Path file) throws IOException;

  /// Asks the filesystem to allocate an empty file in pieces of this size, so that random writes do
  /// not fragment it. Does nothing where the filesystem takes no such hint.
  void hintExtentSize(Path emptyFile, long bytes) throws IOException;

  /// fsync(2) of a file or a directory. After an error the data's fate is unknown: never retry.
  void sync(Path path) throws IOException;

  /// renameat2(RENAME_NOREPLACE): EEXIST when `to` exists.
  void rename(Path from, Path to) throws IOException;

  /// rename(2) over an existing file.
  void replace(Path from, Path to) throws IOException;

  /// Removes one file or one empty directory; does nothing when it is absent.
  void remove(Path path) throws IOException;

  /// Removes a directory and all in it, follows no link and crosses into no other filesystem or
  /// mount (EXDEV). Does nothing when it is absent. The content is hostile: any depth, any name.
  void removeTree(Path directory) throws IOException;

  /// Takes the exclusive lock of a file, made if absent; empty when somebody holds it.
  Optional<Held> tryLock(Path file) throws IOException;
}
