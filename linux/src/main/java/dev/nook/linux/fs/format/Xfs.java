package dev.nook.linux.fs.format;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Output;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;

/// What is special about XFS: [mkfs.xfs(8)](https://man7.org/linux/man-pages/man8/mkfs.xfs.8.html),
/// and growth, which needs a mount.
final class Xfs {
  /// struct xfs_fsop_geom_v1, understood by every kernel ([ioctl_xfs_fsgeometry(2)](
  /// https://man7.org/linux/man-pages/man2/ioctl_xfs_fsgeometry.2.html)).
  private static final long XFS_IOC_FSGEOMETRY_V1 = 0x80705864L;

  private static final int GEOMETRY_BYTES = 112;
  private static final int BLOCK_SIZE_AT = 0;
  private static final int MAX_INODE_PERCENT_AT = 28;
  private static final int DATA_BLOCKS_AT = 32;

  /// struct xfs_growfs_data: u64 newblocks, u32 imaxpct.
  private static final long XFS_IOC_FSGROWFSDATA = 0x4010586EL;

  private static final int GROWFS_BYTES = 16;

  /// What [xfs_db(8)](https://man7.org/linux/man-pages/man8/xfs_db.8.html) says of a log that must
  /// be replayed first.
  private static final String DIRTY_LOG = "valuable metadata changes in a log";

  /// The log's size. A copy of a volume in use has its log replayed before the call answers, which
  /// takes time by what is in the log. This is the smallest log that mkfs.xfs makes, and what it
  /// makes up to 128 GiB; a filesystem of 1 TiB would get eight times as much.
  private static final String LOG = "size=64m";

  private Xfs() {}

  static void format(Path image, UUID uuid, Allocation allocation) throws IOException {
    String size = "size=" + FileSystemType.BLOCK_BYTES;
    Command mkfs = Command.of("mkfs.xfs", "-f", "-q", "-K", "-b", size, "-s", size);
    Processes.run(
        (allocation == Allocation.SPARSE ? mkfs.with("-l", LOG) : mkfs)
            .with("-m", "uuid=%s,reflink=1".formatted(uuid), image.toString()));
  }

  /// Changes the UUID. xfs_db exits with 0 even when it fails, so its output decides.
  static void changeUuid(Path image, UUID uuid) throws IOException {
    Output said =
        Processes.run(Command.of("xfs_db", "-x", "-f", "-c", "uuid " + uuid, image.toString()));
    if ((said.out() + said.err()).contains(DIRTY_LOG)) {
      throw new SystemCallException("change the UUID of", image.toString(), Errno.EUCLEAN);
    }
  }

  /// Grows a mounted XFS. The kernel leaves out a last allocation group that would be too small.
  static void expand(Fd mountPoint) throws IOException {
    byte[] geometry = new byte[GEOMETRY_BYTES];
    Syscalls.ioctl("XFS_IOC_FSGEOMETRY", mountPoint, XFS_IOC_FSGEOMETRY_V1, geometry);
    ByteBuffer now = ByteBuffer.wrap(geometry).order(ByteOrder.nativeOrder());
    long deviceBytes = BlockDevice.of(Syscalls.fstat(mountPoint).device()).bytes();
    long blocks = deviceBytes / now.getInt(BLOCK_SIZE_AT);
    if (blocks > now.getLong(DATA_BLOCKS_AT)) {
      ByteBuffer grown = ByteBuffer.allocate(GROWFS_BYTES).order(ByteOrder.nativeOrder());
      grown.putLong(blocks).putInt(now.getInt(MAX_INODE_PERCENT_AT));
      Syscalls.ioctl("XFS_IOC_FSGROWFSDATA", mountPoint, XFS_IOC_FSGROWFSDATA, grown.array());
    }
  }
}
