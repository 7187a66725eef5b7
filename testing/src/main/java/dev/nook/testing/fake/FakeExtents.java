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
import dev.nook.testing.extent.Blocks;
import dev.nook.testing.extent.FileBlocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// Shows where the bytes of files lie on the fake filesystems.
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
    Blocks blocks = place.superblock().blocks;
    FileBlocks known = blocks.look(place.inode(), place.real());
    Fd fd = Syscalls.open(place.real(), O_RDONLY);
    try {
      long bytes = Syscalls.fstat(fd).sizeBytes();
      blocks.open(known);
      return new OpenFile(kernel, fd, bytes, blocks, known);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private record OpenFile(FakeKernel kernel, Fd fd, long bytes, Blocks blocks, FileBlocks known)
      implements ExtentFile {
    /// Of a file that nobody writes any more.
    @Override
    public List<Extent> extents(long from, long to) {
      synchronized (kernel) {
        return known.extents(from, Math.min(to, bytes));
      }
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
      return Syscalls.pread(fd, into, at);
    }

    @Override
    public void close() throws IOException {
      synchronized (kernel) {
        blocks.close(known);
      }
      fd.close();
    }
  }
}
