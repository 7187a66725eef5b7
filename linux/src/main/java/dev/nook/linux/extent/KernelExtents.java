package dev.nook.linux.extent;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the kernel for extents: btrfs by a search of its trees, other filesystems by FIEMAP.
public final class KernelExtents implements Extents {
  /// One way to ask for a file's extents.
  interface Search {
    /// Hands over, in order, the extents that overlap a range of the file.
    void extents(Fd file, long from, long to, List<Extent> into) throws SystemCallException;
  }

  @Override
  public ExtentFile open(Path file) throws IOException {
    Fd fd = Syscalls.open(file, O_RDONLY, O_NOFOLLOW, O_NONBLOCK);
    try {
      FileStatus status = Syscalls.fstat(fd);
      if (!status.isFile()) {
        Errno errno = status.isDirectory() ? Errno.EISDIR : Errno.EINVAL;
        throw new SystemCallException("open", file.toString(), errno);
      }
      return new OpenFile(fd, status.sizeBytes(), isBtrfs(fd) ? new BtrfsExtents() : new Fiemap());
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private static boolean isBtrfs(Fd fd) throws SystemCallException {
    return FileSystemType.ofMagic(Syscalls.fstatfs(fd).magic())
        .equals(Optional.of(FileSystemType.BTRFS));
  }

  private record OpenFile(Fd fd, long bytes, Search search) implements ExtentFile {
    @Override
    public List<Extent> extents(long from, long to) throws IOException {
      long end = Math.min(to, bytes);
      List<Extent> found = new ArrayList<>();
      if (from < end) {
        search.extents(fd, from, end, found);
      }
      return found.stream()
          .filter(extent -> extent.at() < end && extent.end() > from)
          .map(extent -> extent.within(from, end))
          .toList();
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
      return Syscalls.pread(fd, into, at);
    }

    @Override
    public void close() throws IOException {
      fd.close();
    }
  }
}
