package dev.nook.linux.syscall;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/// The C library's functions, as jnr-ffi binds them. Paths are NUL-terminated bytes.
///
/// Variadic functions are declared with the arguments they get here: on x86-64 and arm64 integers
/// and pointers travel in the same registers either way. Public because the class that jnr-ffi
/// generates for it lives in another class loader; all other classes use [Syscalls].
public interface LibC {
  int openat(int directory, @In byte[] path, int flags, int mode);

  int close(int fd);

  int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] statx);

  int fstatfs(int fd, @Out byte[] statfs);

  int fsync(int fd);

  int syncfs(int fd);

  int sync_file_range(int fd, long offset, long bytes, int flags);

  int ftruncate(int fd, long bytes);

  int fallocate(int fd, int mode, long offset, long bytes);

  long pread(int fd, @Out ByteBuffer into, long bytes, long offset);

  long pwrite(int fd, @In ByteBuffer from, long bytes, long offset);

  long lseek(int fd, long offset, int whence);

  long copy_file_range(
      int from,
      @In @Out long[] fromOffset,
      int to,
      @In @Out long[] toOffset,
      long bytes,
      int flags);

  int mkdirat(int directory, @In byte[] name, int mode);

  int mknodat(int directory, @In byte[] name, int mode, long device);

  int unlinkat(int directory, @In byte[] name, int flags);

  int renameat2(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to, int flags);

  long readlinkat(int directory, @In byte[] path, @Out byte[] target, long bytes);

  int fchmod(int fd, int mode);

  int fchown(int fd, int uid, int gid);

  int prctl(int option, long argument2, long argument3, long argument4, long argument5);

  int prctl(int option, long argument2, @In byte[] argument3, long argument4, long argument5);

  int fcntl(int fd, int command, @In @Out byte[] argument);

  int fcntl(int fd, int command, long argument);

  int ioctl(int fd, long request, long argument);

  int ioctl(int fd, long request, @In @Out byte[] argument);

  int mount(
      @In byte[] source,
      @In byte[] target,
      @In byte @Nullable [] type,
      long flags,
      @In byte @Nullable [] data);

  int umount2(@In byte[] target, int flags);

  /// Wrapped since glibc 2.30.
  long getdents64(int fd, @Out byte[] buffer, long bytes);

  int fanotify_init(int flags, int eventFlags);

  int fanotify_mark(int fd, int flags, long mask, int directory, @In byte[] path);

  int poll(@In @Out byte[] pollfds, long count, int milliseconds);

  long read(int fd, @Out byte[] buffer, long bytes);

  /// openat2(2).
  long syscall(long number, long directory, @In byte[] path, @In byte[] how, long bytes);

  /// open_tree(2).
  long syscall(long number, long directory, @In byte[] path, long flags);

  /// mount_setattr(2).
  long syscall(
      long number, long mount, @In byte[] path, long flags, @In byte[] attributes, long bytes);

  /// move_mount(2).
  long syscall(long number, int from, @In byte[] fromPath, int to, @In byte[] toPath, long flags);

  /// fsopen(2).
  long syscall(long number, @In byte[] type, long flags);

  /// fsconfig(2).
  long syscall(
      long number,
      long context,
      long command,
      @In byte @Nullable [] key,
      @In byte @Nullable [] value,
      long auxiliary);

  /// landlock_create_ruleset(2).
  long syscall(long number, @In byte @Nullable [] attributes, long bytes, long flags);

  /// landlock_add_rule(2).
  long syscall(long number, long ruleset, long type, @In byte[] rule, long flags);

  /// landlock_restrict_self(2).
  long syscall(long number, long ruleset, long flags);

  /// fsmount(2).
  long syscall(long number, long context, long flags, long attributes);

  /// perf_event_open(2).
  long syscall(long number, @In byte[] attributes, long thread, long cpu, long group, long flags);

  /// statmount(2).
  long syscall(long number, @In byte[] request, @Out byte[] answer, long bytes, long flags);
}
