package dev.nook.node.path;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_PATH;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// A path that a CO chose for a mount: absolute, without `.` and `..`, short enough for the kernel.
/// What is there is hostile: only one empty directory or file is made or removed, and no link in
/// the last component is followed.
///
/// No other class of this module changes files; `Architecture` holds that.
public record KubeletPath(Path path) {
  /// PATH_MAX counts the terminating zero byte ([path_resolution(7)](
  /// https://man7.org/linux/man-pages/man7/path_resolution.7.html)).
  private static final int MAX_BYTES = 4095;

  /// NAME_MAX.
  private static final int MAX_NAME_BYTES = 255;

  public enum Kind {
    DIRECTORY("rwxr-x---"),
    FILE("rw-r-----");

    private final FileAttribute<Set<PosixFilePermission>> mode;

    Kind(String mode) {
      this.mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
  }

  /// @param field its name on the wire
  public static KubeletPath of(String field, String text) throws StorageException.InvalidArgument {
    Path path = Fields.absolutePath(field, text);
    Optional<String> refused = refused(path);
    if (refused.isPresent()) {
      throw new StorageException.InvalidArgument(field, refused.get());
    }
    return new KubeletPath(path);
  }

  private static Optional<String> refused(Path path) {
    if (path.getFileName() == null) {
      return Optional.of("must lie below /");
    }
    if (bytes(path) > MAX_BYTES) {
      return Optional.of("is longer than %d bytes".formatted(MAX_BYTES));
    }
    for (Path name : path) {
      if (bytes(name) > MAX_NAME_BYTES) {
        return Optional.of("has a name longer than %d bytes".formatted(MAX_NAME_BYTES));
      }
    }
    return Optional.empty();
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /// Returns the real name of a path that may be any text, as the mount table spells it; empty when
  /// nothing can be mounted there.
  public static Optional<Path> find(Path any) throws IOException {
    return any.isAbsolute() && any.equals(any.normalize()) && refused(any).isEmpty()
        ? Optional.of(new KubeletPath(any).real().path)
        : Optional.empty();
  }

  /// Returns this path by its real name, as the mount table spells it; unchanged where its parent
  /// does not exist.
  public KubeletPath real() throws IOException {
    if (isStraight()) {
      return this;
    }
    Optional<Path> folder = realOf(parent());
    return folder.isPresent() ? new KubeletPath(folder.get().resolve(path.getFileName())) : this;
  }

  /// Whether this is its own real name: no component that is there is a symbolic link; what is
  /// missing has no other name. One system call says so of the whole path, and asks nothing of a
  /// filesystem whose root lies there, be it dead.
  public boolean isStraight() {
    try {
      Syscalls.openWithoutLinks(path, O_PATH).close();
      return true;
    } catch (SystemCallException e) {
      return e.is(Errno.ENOENT);
    }
  }

  /// Whether a directory is there whose path holds no symbolic link.
  public static boolean isStraight(Path directory) {
    try {
      Syscalls.openWithoutLinks(directory, O_PATH, O_DIRECTORY).close();
      return true;
    } catch (SystemCallException _) {
      return false; // Then each component is looked at.
    }
  }

  /// Returns the real name of a directory, from one look: what is there may be gone at the next.
  private static Optional<Path> realOf(Path directory) throws IOException {
    try {
      return Optional.of(directory.toRealPath());
    } catch (FileSystemException e) {
      if (Files.isDirectory(directory)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /// Returns the first symbolic link among the components below a directory, by whatever name the
  /// path leads there, or in the last component.
  ///
  /// @param directory a real path
  public Optional<Path> linkBelow(Path directory) throws IOException {
    if (isStraight()) {
      return Optional.empty();
    }
    boolean below = false;
    for (int names = 1; names <= path.getNameCount(); names++) {
      Path upTo = Path.of("/").resolve(path.subpath(0, names));
      boolean last = names == path.getNameCount();
      if ((below || last) && isLink(upTo)) {
        return Optional.of(upTo);
      }
      Optional<Path> real = last ? Optional.empty() : realOf(upTo);
      if (real.isEmpty()) {
        return Optional.empty();
      }
      below = below || real.get().startsWith(directory);
    }
    return Optional.empty();
  }

  /// Whether a path is a link, by readlink(2), which does not ask a filesystem that is mounted
  /// there and may be dead.
  private static boolean isLink(Path path) {
    try {
      String _ = Syscalls.readlink(path);
      return true;
    } catch (SystemCallException _) {
      return false; // Whoever opens it follows no link.
    }
  }

  /// Makes an empty directory or file unless it is there; returns whether this call made it. What
  /// is there must be of this kind and empty, because a mount would hide its content.
  public boolean make(VolumeId id, Kind kind) throws StorageException, IOException {
    try {
      switch (kind) {
        case DIRECTORY -> Files.createDirectory(path, kind.mode);
        case FILE -> Files.createFile(path, kind.mode);
      }
    } catch (FileAlreadyExistsException _) {
      require(id, kind);
      return false;
    } catch (FileSystemException e) {
      if (Files.isDirectory(parent())) {
        throw e;
      }
      throw new StorageException.NotReady(
          id, "%s does not exist; make it first".formatted(parent()));
    }
    return true;
  }

  /// Throws NotReady unless an empty directory or file of this kind is there.
  public void require(VolumeId id, Kind kind) throws StorageException, IOException {
    Optional<String> wrong =
        switch (kind) {
          case DIRECTORY -> notAnEmptyDirectory();
          case FILE -> notAnEmptyFile();
        };
    if (wrong.isPresent()) {
      throw new StorageException.NotReady(id, "%s %s".formatted(path, wrong.get()));
    }
  }

  /// Removes an empty directory or file. Does nothing when it is absent; anything else stays.
  public void remove(VolumeId id) throws StorageException, IOException {
    try {
      Syscalls.rmdir(path);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOTDIR) && entry().isPresent()) {
        removeFile(id);
      } else if (!e.is(Errno.ENOTDIR)) {
        refuseWhatStays(id, e);
      }
    }
  }

  private void removeFile(VolumeId id) throws StorageException, IOException {
    require(id, Kind.FILE);
    try {
      Syscalls.unlink(path);
    } catch (SystemCallException e) {
      refuseWhatStays(id, e);
    }
  }

  private void refuseWhatStays(VolumeId id, SystemCallException e)
      throws StorageException, IOException {
    if (e.is(Errno.EBUSY)) {
      throw new StorageException.NotReady(
          id, "%s is a mount point under another name; unmount what is there".formatted(path));
    }
    if (e.is(Errno.ENOTEMPTY)) {
      require(id, Kind.DIRECTORY);
    }
    if (!e.is(Errno.ENOENT)) { // Somebody else has removed it meanwhile.
      throw e;
    }
  }

  private Optional<String> notAnEmptyDirectory() throws IOException {
    Optional<BasicFileAttributes> entry = entry();
    if (entry.isEmpty() || !entry.get().isDirectory()) {
      return Optional.of(entry.isEmpty() ? "does not exist" : "is not a directory");
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(path)) {
      for (Path name : names) {
        return Optional.of("is not empty: it holds %s; move it away".formatted(name.getFileName()));
      }
      return Optional.empty();
    }
  }

  private Optional<String> notAnEmptyFile() throws IOException {
    Optional<BasicFileAttributes> entry = entry();
    if (entry.isEmpty() || !entry.get().isRegularFile()) {
      return Optional.of(entry.isEmpty() ? "does not exist" : "is not a regular file");
    }
    return entry.get().size() == 0
        ? Optional.empty()
        : Optional.of("is not empty: it holds %d bytes".formatted(entry.get().size()));
  }

  private Optional<BasicFileAttributes> entry() throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path parent() {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException("a checked path lies below /");
    }
    return parent;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
