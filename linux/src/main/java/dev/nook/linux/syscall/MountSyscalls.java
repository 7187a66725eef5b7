package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// System calls on mounts. Targets are descriptors, so that a name that is replaced by a link
/// between two calls leads nowhere else.
public final class MountSyscalls {
  private static final long AT_FDCWD = -100;
  private static final long AT_SYMLINK_NOFOLLOW = 0x100;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long OPEN_TREE_CLOEXEC = 02000000;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  private static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final long NR_OPEN_TREE = 428;
  private static final long NR_MOVE_MOUNT = 429;
  private static final long NR_MOUNT_SETATTR = 442;
  private static final long NR_FSOPEN = 430;
  private static final long NR_FSCONFIG = 431;
  private static final long NR_FSMOUNT = 432;
  private static final long FSOPEN_CLOEXEC = 1;
  private static final long FSMOUNT_CLOEXEC = 1;
  private static final long FSCONFIG_SET_FLAG = 0;
  private static final long FSCONFIG_SET_STRING = 1;
  private static final long FSCONFIG_CMD_CREATE = 6;
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

  /// [open_tree(2)](https://man7.org/linux/man-pages/man2/open_tree.2.html): a bind mount of what a
  /// path leads to, its last component not followed, attached nowhere yet; closing it undoes it.
  public static Fd openTree(Path from) throws SystemCallException {
    byte[] path = CString.bytes(from.toString());
    long flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW;
    return new Fd(
        (int) check("open_tree", from, () -> C.syscall(NR_OPEN_TREE, AT_FDCWD, path, flags)),
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

  /// A mount of a new filesystem that is attached nowhere, by [fsopen(2)](
  /// https://man7.org/linux/man-pages/man2/fsopen.2.html) and [fsmount(2)](
  /// https://man7.org/linux/man-pages/man2/fsmount.2.html); closing it unmounts it.
  public static Fd mountDetached(Path source, String type, List<String> flags, long attributes)
      throws SystemCallException {
    String shown = "%s (%s)".formatted(source, type);
    byte[] typeName = CString.bytes(type);
    int number = (int) check("fsopen", shown, () -> C.syscall(NR_FSOPEN, typeName, FSOPEN_CLOEXEC));
    try (Fd context = new Fd(number, shown)) {
      fsconfig(context, FSCONFIG_SET_STRING, "source", CString.bytes(source.toString()));
      for (String flag : flags) {
        fsconfig(context, FSCONFIG_SET_FLAG, flag, null);
      }
      fsconfig(context, FSCONFIG_CMD_CREATE, null, null);
      long mount =
          check(
              "fsmount",
              shown,
              () -> C.syscall(NR_FSMOUNT, context.number(), FSMOUNT_CLOEXEC, attributes));
      return new Fd((int) mount, shown);
    }
  }

  private static void fsconfig(
      Fd context, long command, @Nullable String key, byte @Nullable [] value)
      throws SystemCallException {
    byte @Nullable [] name = key == null ? null : CString.bytes(key);
    check(
        "mount", context, () -> C.syscall(NR_FSCONFIG, context.number(), command, name, value, 0));
  }
}
