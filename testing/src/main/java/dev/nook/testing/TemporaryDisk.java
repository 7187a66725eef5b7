package dev.nook.testing;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Changes to real files in a temporary folder, with the error numbers of the kernel.
final class TemporaryDisk {
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);

  @FunctionalInterface
  interface Step<T> {
    T take() throws IOException;
  }

  /// Takes a step and turns what java.nio throws into an error number.
  static <T> T call(String name, Path path, Step<T> step) throws IOException {
    try {
      return step.take();
    } catch (SystemCallException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new SystemCallException(name, path.toString(), errno(e));
    }
  }

  private static Errno errno(FileSystemException e) {
    return switch (e) {
      case FileAlreadyExistsException _ -> Errno.EEXIST;
      case NoSuchFileException _ -> Errno.ENOENT;
      case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
      case NotDirectoryException _ -> Errno.ENOTDIR;
      case FileSystemLoopException _ -> Errno.ELOOP;
      default ->
          switch (e.getReason() == null ? "" : e.getReason()) {
            case "Not a directory" -> Errno.ENOTDIR;
            case "Is a directory" -> Errno.EISDIR;
            case "Too many levels of symbolic links",
                "Too many levels of symbolic links or unable to access attributes of symbolic link" ->
                Errno.ELOOP;
            case "Permission denied" -> Errno.EACCES;
            case "No space left on device" -> Errno.ENOSPC;
            default -> Errno.OTHER;
          };
    };
  }

  Map<String, Object> attributes(Path path) throws IOException {
    return call(
        "statx",
        path,
        () -> Files.readAttributes(path, "unix:mode,ino,size", LinkOption.NOFOLLOW_LINKS));
  }

  List<String> list(Path directory) throws IOException {
    return call(
        "open",
        directory,
        () -> {
          if (Files.isSymbolicLink(directory)) {
            throw new NotDirectoryException(directory.toString());
          }
          try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
          }
        });
  }

  byte[] read(Path file, int atMostBytes) throws IOException {
    return call(
        "open",
        file,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.size() > atMostBytes) {
              throw new SystemCallException("read", file.toString(), Errno.EFBIG);
            }
            ByteBuffer content = ByteBuffer.allocate((int) channel.size());
            while (content.hasRemaining() && channel.read(content) > 0) {}
            return content.array();
          }
        });
  }

  void makeDirectory(Path directory) throws IOException {
    call(
        "mkdir",
        directory,
        () ->
            Files.createDirectory(
                directory,
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------"))));
  }

  void chmod(Path directory, int mode) throws IOException {
    call(
        "chmod",
        directory,
        () -> {
          if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw Files.exists(directory, LinkOption.NOFOLLOW_LINKS)
                ? new NotDirectoryException(directory.toString())
                : new NoSuchFileException(directory.toString());
          }
          return Files.setAttribute(directory, "unix:mode", mode);
        });
  }

  void write(Path newFile, byte[] content) throws IOException {
    call(
        "open",
        newFile,
        () -> {
          try (FileChannel channel =
              FileChannel.open(
                  newFile,
                  CREATE,
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))) {
            return channel.write(ByteBuffer.wrap(content));
          }
        });
  }

  void truncate(Path file, long bytes) throws IOException {
    call(
        "ftruncate",
        file,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (bytes < channel.size()) {
              throw new SystemCallException("ftruncate", file.toString(), Errno.EINVAL);
            }
            if (bytes > channel.size()) {
              channel.write(ByteBuffer.allocate(1), bytes - 1);
            }
            return bytes;
          }
        });
  }

  /// Copies what is not zero.
  void copy(Path from, Path newFile) throws IOException {
    call(
        "FICLONE",
        from,
        () -> {
          try (FileChannel source =
                  FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
              FileChannel target = FileChannel.open(newFile, CREATE)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            byte[] zeroes = new byte[1 << 20];
            for (long at = 0; source.read(block.clear(), at) > 0; at += block.limit()) {
              block.flip();
              boolean last = at + block.limit() >= source.size();
              if (last || !ByteBuffer.wrap(zeroes, 0, block.limit()).equals(block)) {
                target.write(block.duplicate(), at);
              }
            }
            return from;
          }
        });
  }

  void sync(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new SystemCallException("open", path.toString(), Errno.ENOENT);
    }
  }

  void rename(Path from, Path to) throws IOException {
    call("renameat2", from, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  void remove(Path path) throws IOException {
    call("unlink", path, () -> Files.deleteIfExists(path));
  }
}
