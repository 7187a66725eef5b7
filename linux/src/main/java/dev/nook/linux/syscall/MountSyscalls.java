package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// System calls on mounts. Targets are descriptors, so that a name that is swapped for a link
/// between two calls leads nowhere else.
public final class MountSyscalls {
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long OPEN_TREE_CLOEXEC = 02000000;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  private static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final long NR_OPEN_TREE = 428;
  private static final long NR_MOVE_MOUNT = 429;
  private static final long NR_MOUNT_SETATTR = 442;
  private static final byte[] EMPTY_PATH = CString.bytes("");

  private MountSyscalls() {}

  /// mount(2) of a new filesystem onto the directory that `target` has open.
  public static void mount(Path source, Fd target, String type, long flags, String data)
      throws SystemCallException {
    byte[] device = CString.bytes(source.toString());
    byte[] directory = CString.bytes(target.path().toString());
    byte[] typeName = CString.bytes(type);
    byte[] text = CString.bytes(data);
    check(
        "mount",
        "%s (%s) on %s".formatted(source, type, target),
        () -> C.mount(device, directory, typeName, flags, text));
  }

  /// [umount2(2)](https://man7.org/linux/man-pages/man2/umount2.2.html) with UMOUNT_NOFOLLOW.
  public static void umount(Path target) throws SystemCallException {
    byte[] path = CString.bytes(target.toString());
    check("umount", target, () -> C.umount2(path, UMOUNT_NOFOLLOW));
  }

  /// [open_tree(2)](https://man7.org/linux/man-pages/man2/open_tree.2.html): a bind mount of what
  /// the descriptor has open, attached nowhere yet; closing it undoes it.
  public static Fd openTree(Fd from) throws SystemCallException {
    long flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
    return new Fd(
        (int)
            check(
                "open_tree", from, () -> C.syscall(NR_OPEN_TREE, from.number(), EMPTY_PATH, flags)),
        from.toString());
  }

  /// [mount_setattr(2)](https://man7.org/linux/man-pages/man2/mount_setattr.2.html), Linux 5.12.
  public static void mountSetattr(Fd mount, long set, long clear) throws SystemCallException {
    byte[] attributes =
        ByteBuffer.allocate(32).order(ByteOrder.nativeOrder()).putLong(set).putLong(clear).array();
    check(
        "mount_setattr",
        mount,
        () ->
            C.syscall(
                NR_MOUNT_SETATTR,
                mount.number(),
                EMPTY_PATH,
                AT_EMPTY_PATH,
                attributes,
                attributes.length));
  }

  /// [move_mount(2)](https://man7.org/linux/man-pages/man2/move_mount.2.html) of a detached mount
  /// onto what `target` has open.
  public static void moveMount(Fd mount, Fd target) throws SystemCallException {
    long flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    check(
        "move_mount",
        "%s on %s".formatted(mount, target),
        () ->
            C.syscall(
                NR_MOVE_MOUNT, mount.number(), EMPTY_PATH, target.number(), EMPTY_PATH, flags));
  }
}
