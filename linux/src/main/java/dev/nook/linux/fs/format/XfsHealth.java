package dev.nook.linux.fs.format;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// Asks a mounted XFS what it knows to be damaged: in the whole filesystem, from its memory, and in
/// each allocation group, whose headers it may have to read.
final class XfsHealth {
  /// struct xfs_fsop_geom ([ioctl_xfs_fsgeometry(2)](
  /// https://man7.org/linux/man-pages/man2/ioctl_xfs_fsgeometry.2.html)).
  private static final long XFS_IOC_FSGEOMETRY = 0x8100587EL;

  private static final int GEOMETRY_BYTES = 256;
  private static final int GROUPS_AT = 12;
  private static final int SICK_AT = 112;

  /// struct xfs_ag_geometry ([ioctl_xfs_ag_geometry(2)](
  /// https://man7.org/linux/man-pages/man2/ioctl_xfs_ag_geometry.2.html)).
  private static final long XFS_IOC_AG_GEOMETRY = 0xC080583DL;

  private static final int GROUP_BYTES = 128;
  private static final int GROUP_SICK_AT = 20;

  /// The most groups that are asked about, so that a look ends.
  private static final int MOST_GROUPS = 64;

  private XfsHealth() {}

  static Optional<String> met(Fd mountPoint) throws SystemCallException {
    ByteBuffer geometry = ByteBuffer.wrap(new byte[GEOMETRY_BYTES]).order(ByteOrder.nativeOrder());
    Syscalls.ioctl("XFS_IOC_FSGEOMETRY", mountPoint, XFS_IOC_FSGEOMETRY, geometry.array());
    if (geometry.getInt(SICK_AT) != 0) {
      return Optional.of("xfs calls itself sick (%#x)".formatted(geometry.getInt(SICK_AT)));
    }
    int groups = Math.min(geometry.getInt(GROUPS_AT), MOST_GROUPS);
    for (int group = 0; group < groups; group++) {
      Optional<String> met = met(mountPoint, group);
      if (met.isPresent()) {
        return met;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> met(Fd mountPoint, int group) throws SystemCallException {
    ByteBuffer asked = ByteBuffer.wrap(new byte[GROUP_BYTES]).order(ByteOrder.nativeOrder());
    asked.putInt(0, group);
    try {
      Syscalls.ioctl("XFS_IOC_AG_GEOMETRY", mountPoint, XFS_IOC_AG_GEOMETRY, asked.array());
    } catch (SystemCallException e) {
      if (e.is(Errno.EUCLEAN) || e.is(Errno.EBADMSG)) {
        return Optional.of("xfs finds allocation group %d damaged".formatted(group));
      }
      throw e;
    }
    int sick = asked.getInt(GROUP_SICK_AT);
    return sick == 0
        ? Optional.empty()
        : Optional.of("xfs calls allocation group %d sick (%#x)".formatted(group, sick));
  }
}
