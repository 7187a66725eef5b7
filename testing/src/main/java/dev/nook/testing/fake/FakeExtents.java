package dev.nook.testing.fake;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.extent.ExtentFile;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Looks for data in the real files of a temporary folder (SEEK_DATA). A copy of the fake disk has
/// blocks of its own, so that no two places are the same.
final class FakeExtents implements Extents {
  private final FakeKernel kernel;

  FakeExtents(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public ExtentFile open(Path file) throws IOException {
    Place place = kernel.table.noFollow(file).mustExist("open").mustNotBeALink("open");
    Kind kind = kernel.linux().disk().stat(file).orElseThrow().kind();
    if (kind != Kind.FILE) {
      throw place.refused("open", kind == Kind.DIRECTORY ? Errno.EISDIR : Errno.EINVAL);
    }
    Fd fd = Syscalls.open(place.real(), O_RDONLY);
    try {
      return new OpenFile(fd, Syscalls.fstat(fd).sizeBytes());
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private record OpenFile(Fd fd, long bytes) implements ExtentFile {
    @Override
    public List<Extent> extents(long from, long to) throws IOException {
      long end = Math.min(to, bytes);
      List<Extent> found = new ArrayList<>();
      OptionalLong data = from < end ? Syscalls.seekData(fd, from) : OptionalLong.empty();
      while (data.isPresent() && data.getAsLong() < end) {
        long hole = Math.min(end, Syscalls.seekHole(fd, data.getAsLong()));
        found.add(new Extent(data.getAsLong(), hole - data.getAsLong(), Extent.UNKNOWN));
        data = hole < end ? Syscalls.seekData(fd, hole) : OptionalLong.empty();
      }
      return found;
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
