package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// What [statmount(2)](https://man7.org/linux/man-pages/man2/statmount.2.html) says of one mount,
/// in the time that one takes however many there are. Linux 6.8.
///
/// @param id the number that the kernel gives to no other mount while it runs
/// @param oldId the number that mountinfo has, which is given again
/// @param device of the filesystem
/// @param readOnly whether the filesystem itself is
/// @param attributes MOUNT_ATTR_* of this mount
/// @param root the directory of the filesystem that is shown
/// @param mountPoint as this process's root sees it; empty where it does not
/// @param type of the filesystem, with its subtype
/// @param source `none` where the kernel does not say it, as before Linux 6.13
/// @param options of the filesystem, as mountinfo writes them; empty before Linux 6.11
public record MountStatus(
    long id,
    long parent,
    int oldId,
    int oldParent,
    long device,
    boolean readOnly,
    long attributes,
    String root,
    Path mountPoint,
    String type,
    String source,
    String options) {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_MNT_ID_UNIQUE = 0x4000;
  private static final long NR_STATMOUNT = 457;
  private static final int REQUEST_BYTES = 24; // MNT_ID_REQ_SIZE_VER0
  private static final int HEADER_BYTES = 512;
  private static final int FIRST_BYTES = 4096;
  private static final int MOST_BYTES = 1 << 20;
  private static final long SB_BASIC = 0x1;
  private static final long MNT_BASIC = 0x2;
  private static final long MNT_ROOT = 0x8;
  private static final long MNT_POINT = 0x10;
  private static final long FS_TYPE = 0x20;
  private static final long MNT_OPTS = 0x80;
  private static final long FS_SUBTYPE = 0x100;
  private static final long SB_SOURCE = 0x200;
  private static final long NEEDED = SB_BASIC | MNT_BASIC | MNT_ROOT | MNT_POINT | FS_TYPE;
  private static final long ALL = NEEDED | MNT_OPTS | FS_SUBTYPE | SB_SOURCE;
  private static final int SB_RDONLY = 1;

  /// Which mount a path leads into, by statx(2).
  ///
  /// @param id as [MountStatus#id]; empty before Linux 6.8
  /// @param isRoot whether the path leads to the root of that mount
  public record Reached(Optional<Long> id, boolean isRoot) {}

  /// Asks where a path leads, its last component not followed. Its filesystem is asked: a dead one
  /// answers EIO.
  public static Reached reached(Path path) throws SystemCallException {
    return reached(AT_FDCWD, path.toString(), AT_SYMLINK_NOFOLLOW, path);
  }

  /// The same of a file that is open.
  public static Reached reached(Fd fd) throws SystemCallException {
    return reached(fd.number(), "", AT_EMPTY_PATH, fd);
  }

  private static Reached reached(int directory, String path, int flags, Object shown)
      throws SystemCallException {
    byte[] name = CString.bytes(path);
    byte[] statx = new byte[FileStatus.BYTES];
    int all = flags | AT_STATX_DONT_SYNC;
    check("statx", shown, () -> C.statx(directory, name, all, STATX_MNT_ID_UNIQUE, statx));
    ByteBuffer at = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    boolean unique = (at.getInt(0) & STATX_MNT_ID_UNIQUE) != 0;
    return new Reached(
        unique ? Optional.of(at.getLong(144)) : Optional.empty(),
        (at.getLong(8) & FileStatus.STATX_ATTR_MOUNT_ROOT) != 0);
  }

  /// Asks the kernel about a mount; ENOENT when it is not there any more.
  ///
  /// @param id as statx(2) says it (STATX_MNT_ID_UNIQUE)
  public static MountStatus of(long id) throws SystemCallException {
    byte[] request =
        ByteBuffer.allocate(REQUEST_BYTES)
            .order(ByteOrder.nativeOrder())
            .putInt(0, REQUEST_BYTES)
            .putLong(8, id)
            .putLong(16, ALL)
            .array();
    for (int bytes = FIRST_BYTES; ; bytes *= 4) {
      byte[] answer = new byte[bytes];
      try {
        check("statmount", id, () -> C.syscall(NR_STATMOUNT, request, answer, answer.length, 0));
        return parse(ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()));
      } catch (SystemCallException e) {
        if (!e.is(Errno.EOVERFLOW) || bytes >= MOST_BYTES) {
          throw e;
        }
      }
    }
  }

  private static MountStatus parse(ByteBuffer at) {
    long said = at.getLong(8);
    String subtype = text(at, said, FS_SUBTYPE, 120);
    String source = text(at, said, SB_SOURCE, 124);
    return new MountStatus(
        at.getLong(40),
        at.getLong(48),
        at.getInt(56),
        at.getInt(60),
        DeviceNumber.of(at.getInt(16), at.getInt(20)),
        (at.getInt(32) & SB_RDONLY) != 0,
        at.getLong(64),
        text(at, said, MNT_ROOT, 104),
        TableText.path(bytes(at, said, MNT_POINT, 108)),
        text(at, said, FS_TYPE, 36) + (subtype.isEmpty() ? "" : "." + subtype),
        source.isEmpty() ? "none" : source,
        text(at, said, MNT_OPTS, 4));
  }

  private static String text(ByteBuffer at, long said, long wanted, int offset) {
    return TableText.of(bytes(at, said, wanted, offset));
  }

  private static byte[] bytes(ByteBuffer at, long said, long wanted, int offset) {
    if ((said & wanted) == 0) {
      return new byte[0];
    }
    int from = HEADER_BYTES + at.getInt(offset);
    return Arrays.copyOfRange(at.array(), from, CString.end(at.array(), from));
  }
}
