package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/// System calls on files, each under the kernel's own name. A failure is a [SystemCallException]
/// with its error number. The first call binds the C library.
///
/// A name with a directory descriptor is one name or a relative path; names read by [#getdents]
/// lead back to their files whatever bytes they have.
public final class Syscalls {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int FILE = FileStatus.STATX_BASIC_STATS | FileStatus.STATX_MNT_ID;
  private static final int RENAME_NOREPLACE = 1;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int FALLOC_FL_ZERO_RANGE = 0x10;
  private static final int SYNC_FILE_RANGE_WRITE_AND_WAIT = 7;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final int F_UNLCK = 2;
  private static final int F_SETSIG = 10;
  private static final int F_SETLEASE = 1024;
  private static final int SIGURG = 23;
  private static final long FICLONE = 0x40049409L;
  private static final long NR_OPENAT2 = 437;
  private static final long RESOLVE_NO_XDEV = 0x01;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_BENEATH = 0x08;
  private static final int PRIVATE_FILE = 0600;
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private Syscalls() {}

  /// Binds the C library now, which the first call would do else. A failure is not told here: every
  /// call will name it as its cause.
  public static void prepare() {
    try {
      var _ = Native.C;
    } catch (LinkageError _) {
      // The JVM notes it, and throws it again at each call.
    }
  }

  /// open(2), close-on-exec; a file that O_CREAT makes gets mode 0600. Waits while somebody has a
  /// lease on the file; with O_NONBLOCK for two seconds at most.
  public static Fd open(Path path, OpenFlag... flags) throws SystemCallException {
    return open(AT_FDCWD, path.toString(), path.toString(), flags);
  }

  public static Fd openat(Fd directory, String name, OpenFlag... flags) throws SystemCallException {
    return open(directory.number(), name, directory + "/" + name, flags);
  }

  private static Fd open(int directory, String path, String shown, OpenFlag... flags)
      throws SystemCallException {
    byte[] bytes = CString.bytes(path);
    int bits = OpenFlag.bits(flags);
    long deadline = System.nanoTime() + LEASE.toNanos();
    while (true) {
      try {
        return new Fd(
            (int) check("open", shown, () -> C.openat(directory, bytes, bits, PRIVATE_FILE)),
            shown);
      } catch (SystemCallException e) {
        if (!e.is(Errno.EAGAIN) || System.nanoTime() >= deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /// [openat2(2)](https://man7.org/linux/man-pages/man2/openat2.2.html) that leaves neither the
  /// directory (EXDEV) nor its mount (EXDEV) and follows no link anywhere (ELOOP).
  public static Fd openBeneath(Fd directory, String path, OpenFlag... flags)
      throws SystemCallException {
    long resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
    return openat2(directory.number(), path, resolve, directory + "/" + path, flags);
  }

  private static Fd openat2(
      int directory, String path, long resolve, String shown, OpenFlag... flags)
      throws SystemCallException {
    byte[] bytes = CString.bytes(path);
    byte[] how =
        ByteBuffer.allocate(24)
            .order(ByteOrder.nativeOrder())
            .putLong(OpenFlag.bits(flags))
            .putLong(0)
            .putLong(resolve)
            .array();
    return new Fd(
        (int)
            check("openat2", shown, () -> C.syscall(NR_OPENAT2, directory, bytes, how, how.length)),
        shown);
  }

  /// openat2(2) that follows no link anywhere: ELOOP when one stands in the path.
  public static Fd openWithoutLinks(Path path, OpenFlag... flags) throws SystemCallException {
    return openat2(AT_FDCWD, path.toString(), RESOLVE_NO_SYMLINKS, path.toString(), flags);
  }

  static void close(Fd fd) throws SystemCallException {
    Native.once("close", fd, () -> C.close(fd.number()));
  }

  /// Returns what is at a path; the last component is not followed.
  public static FileStatus lstat(Path path) throws SystemCallException {
    return statx(AT_FDCWD, path.toString(), AT_SYMLINK_NOFOLLOW, path.toString());
  }

  /// Returns what a path leads to, from the kernel's memory: a file server that hangs is not waited
  /// for (AT_STATX_DONT_SYNC).
  public static FileStatus stat(Path path) throws SystemCallException {
    return statx(AT_FDCWD, path.toString(), AT_STATX_DONT_SYNC, path.toString());
  }

  public static FileStatus fstat(Fd fd) throws SystemCallException {
    return statx(fd.number(), "", AT_EMPTY_PATH, fd.toString());
  }

  private static FileStatus statx(int directory, String path, int flags, String shown)
      throws SystemCallException {
    byte[] bytes = CString.bytes(path);
    byte[] statx = new byte[FileStatus.BYTES];
    check("statx", shown, () -> C.statx(directory, bytes, flags, FILE, statx));
    return FileStatus.of(statx);
  }

  /// statfs(2) and the numbers behind statvfs(3). Works on a descriptor opened with O_PATH.
  public static FileSystemStatus fstatfs(Fd fd) throws SystemCallException {
    byte[] statfs = new byte[FileSystemStatus.BYTES];
    check("fstatfs", fd, () -> C.fstatfs(fd.number(), statfs));
    return FileSystemStatus.of(statfs);
  }

  /// fsync(2), once: after an error the fate of the data is unknown, and a second call may falsely
  /// succeed.
  public static void fsync(Fd fd) throws SystemCallException {
    Native.once("fsync", fd, () -> C.fsync(fd.number()));
  }

  /// syncfs(2) of the filesystem that holds the file, once.
  public static void syncfs(Fd fd) throws SystemCallException {
    Native.once("syncfs", fd, () -> C.syncfs(fd.number()));
  }

  /// sync_file_range(2) of a whole file, once: its data are with the device when this returns, but
  /// not durable.
  public static void writeOut(Fd fd) throws SystemCallException {
    Native.once(
        "sync_file_range",
        fd,
        () -> C.sync_file_range(fd.number(), 0, 0, SYNC_FILE_RANGE_WRITE_AND_WAIT));
  }

  public static void ftruncate(Fd fd, long bytes) throws SystemCallException {
    check("ftruncate", fd, () -> C.ftruncate(fd.number(), bytes));
  }

  /// Allocates blocks for a range, which reads as zeroes where nothing was; the file grows if
  /// needed.
  public static void fallocate(Fd fd, long offset, long bytes) throws SystemCallException {
    check("fallocate", fd, () -> C.fallocate(fd.number(), 0, offset, bytes));
  }

  /// Makes a range read as zeroes and frees its blocks; the size stays.
  public static void punchHole(Fd fd, long offset, long bytes) throws SystemCallException {
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    check("fallocate", fd, () -> C.fallocate(fd.number(), mode, offset, bytes));
  }

  /// Makes a range read as zeroes and allocates it, in one step without writing.
  public static void zeroRange(Fd fd, long offset, long bytes) throws SystemCallException {
    check("fallocate", fd, () -> C.fallocate(fd.number(), FALLOC_FL_ZERO_RANGE, offset, bytes));
  }

  /// Reads into the buffer's remaining space and moves its position; returns 0 at the end of the
  /// file.
  public static int pread(Fd fd, ByteBuffer into, long offset) throws SystemCallException {
    int read = (int) check("pread", fd, () -> C.pread(fd.number(), into, into.remaining(), offset));
    into.position(into.position() + read);
    return read;
  }

  /// Writes all that remains in the buffer.
  public static void pwrite(Fd fd, ByteBuffer from, long offset) throws SystemCallException {
    long at = offset;
    while (from.hasRemaining()) {
      long here = at;
      int written =
          (int) check("pwrite", fd, () -> C.pwrite(fd.number(), from, from.remaining(), here));
      from.position(from.position() + written);
      at += written;
    }
  }

  /// Returns where data next begins at or after an offset; empty when only a hole follows.
  public static OptionalLong seekData(Fd fd, long offset) throws SystemCallException {
    try {
      return OptionalLong.of(check("lseek", fd, () -> C.lseek(fd.number(), offset, SEEK_DATA)));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENXIO)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  /// Returns where the data around an offset ends; the end of a file counts as a hole.
  public static long seekHole(Fd fd, long offset) throws SystemCallException {
    return check("lseek", fd, () -> C.lseek(fd.number(), offset, SEEK_HOLE));
  }

  /// copy_file_range(2): at most `bytes`, at the same offset in both files; 0 at the end of `from`.
  public static long copyFileRange(Fd from, Fd to, long offset, long bytes)
      throws SystemCallException {
    return check(
        "copy_file_range",
        to,
        () ->
            C.copy_file_range(
                from.number(), new long[] {offset}, to.number(), new long[] {offset}, bytes, 0));
  }

  /// FICLONE: `to` shares all blocks of `from`.
  public static void ficlone(Fd from, Fd to) throws SystemCallException {
    ioctl("FICLONE", to, FICLONE, from.number());
  }

  public static void mkdirat(Fd directory, String name, int mode) throws SystemCallException {
    byte[] bytes = CString.bytes(name);
    check("mkdir", directory + "/" + name, () -> C.mkdirat(directory.number(), bytes, mode));
  }

  public static void mkdir(Path path, int mode) throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    check("mkdir", path, () -> C.mkdirat(AT_FDCWD, bytes, mode));
  }

  /// Makes a block device node.
  public static void mknodBlock(Path path, int permissions, long device)
      throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    check("mknod", path, () -> C.mknodat(AT_FDCWD, bytes, 0060000 | permissions, device));
  }

  public static void unlink(Path path) throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    check("unlink", path, () -> C.unlinkat(AT_FDCWD, bytes, 0));
  }

  public static void rmdir(Path path) throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    check("rmdir", path, () -> C.unlinkat(AT_FDCWD, bytes, AT_REMOVEDIR));
  }

  public static void unlinkat(Fd directory, String name) throws SystemCallException {
    byte[] bytes = CString.bytes(name);
    check("unlink", directory + "/" + name, () -> C.unlinkat(directory.number(), bytes, 0));
  }

  public static void rmdirat(Fd directory, String name) throws SystemCallException {
    byte[] bytes = CString.bytes(name);
    check(
        "rmdir", directory + "/" + name, () -> C.unlinkat(directory.number(), bytes, AT_REMOVEDIR));
  }

  /// rename(2): replaces an existing file.
  public static void rename(Path from, Path to) throws SystemCallException {
    rename(from, to, 0);
  }

  /// renameat2(RENAME_NOREPLACE): EEXIST when `to` exists.
  public static void renameNoReplace(Path from, Path to) throws SystemCallException {
    rename(from, to, RENAME_NOREPLACE);
  }

  private static void rename(Path from, Path to, int flags) throws SystemCallException {
    byte[] old = CString.bytes(from.toString());
    byte[] made = CString.bytes(to.toString());
    check("rename", from + " to " + to, () -> C.renameat2(AT_FDCWD, old, AT_FDCWD, made, flags));
  }

  public static void fchmod(Fd fd, int mode) throws SystemCallException {
    check("fchmod", fd, () -> C.fchmod(fd.number(), mode));
  }

  public static void fchown(Fd fd, int uid, int gid) throws SystemCallException {
    check("fchown", fd, () -> C.fchown(fd.number(), uid, gid));
  }

  /// Makes a FIFO.
  public static void mkfifo(Path path, int permissions) throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    check("mkfifo", path, () -> C.mknodat(AT_FDCWD, bytes, 0010000 | permissions, 0));
  }

  public static String readlink(Path path) throws SystemCallException {
    byte[] bytes = CString.bytes(path.toString());
    byte[] target = new byte[4096];
    int length =
        (int) check("readlink", path, () -> C.readlinkat(AT_FDCWD, bytes, target, target.length));
    return CString.text(target, 0, length);
  }

  /// Returns the next names of a directory, without `.` and `..`; empty at the end. Their number is
  /// bounded, because a directory may be larger than memory.
  public static List<String> getdents(Fd directory) throws SystemCallException {
    byte[] buffer = new byte[32 << 10];
    while (true) {
      long length =
          check(
              "getdents64",
              directory,
              () -> C.getdents64(directory.number(), buffer, buffer.length));
      List<String> names = names(buffer, (int) length);
      if (length == 0 || !names.isEmpty()) {
        return names;
      }
    }
  }

  private static List<String> names(byte[] dirents, int length) {
    ByteBuffer at = ByteBuffer.wrap(dirents).order(ByteOrder.nativeOrder());
    List<String> names = new ArrayList<>();
    for (int entry = 0; entry < length; entry += Short.toUnsignedInt(at.getShort(entry + 16))) {
      String name = CString.text(dirents, entry + 19, CString.end(dirents, entry + 19));
      if (!name.equals(".") && !name.equals("..")) {
        names.add(name);
      }
    }
    return names;
  }

  /// Makes [#getdents] begin a directory again.
  public static void rewind(Fd directory) throws SystemCallException {
    check("lseek", directory, () -> C.lseek(directory.number(), 0, 0));
  }

  /// Takes the write lock of an open file description (F_OFD_SETLK), which is held until the
  /// descriptor is closed; returns false when somebody else has it. Closing another descriptor of
  /// the file does not drop it.
  public static boolean tryLock(Fd fd) throws SystemCallException {
    byte[] flock = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder()).putShort(F_WRLCK).array();
    try {
      check("fcntl", fd, () -> C.fcntl(fd.number(), F_OFD_SETLK, flock));
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EAGAIN) || e.is(Errno.EACCES)) {
        return false;
      }
      throw e;
    }
  }

  /// Takes a lease on a file (F_SETLEASE) and releases it at once: F_WRLCK through a descriptor
  /// that writes, F_RDLCK through one that reads. Returns false when anybody else, a loop device
  /// included, has the file open in whatever namespace, or for F_RDLCK open for writing. An open(2)
  /// in between waits. The signal is SIGURG, which a process ignores by default; the default signal
  /// would end this process. A lease that is still held when the descriptor is given to a loop
  /// device would stay with that device.
  ///
  /// EINVAL where the filesystem knows no leases, EACCES without CAP_LEASE on another's file.
  public static boolean tryLease(Fd fd, OpenFlag access) throws SystemCallException {
    int lease = access == OpenFlag.O_RDONLY ? F_RDLCK : F_WRLCK;
    check("F_SETSIG", fd, () -> C.fcntl(fd.number(), F_SETSIG, SIGURG));
    try {
      check("F_SETLEASE", fd, () -> C.fcntl(fd.number(), F_SETLEASE, lease));
    } catch (SystemCallException e) {
      if (e.is(Errno.EAGAIN)) {
        return false;
      }
      throw e;
    }
    check("F_SETLEASE", fd, () -> C.fcntl(fd.number(), F_SETLEASE, F_UNLCK));
    return true;
  }

  /// ioctl(2) with a number for its argument; `name` is the request's name in the exception.
  public static int ioctl(String name, Fd fd, long request, long argument)
      throws SystemCallException {
    return (int) check(name, fd, () -> C.ioctl(fd.number(), request, argument));
  }

  /// ioctl(2) with a structure that the kernel reads and writes.
  public static int ioctl(String name, Fd fd, long request, byte[] argument)
      throws SystemCallException {
    return (int) check(name, fd, () -> C.ioctl(fd.number(), request, argument));
  }
}
