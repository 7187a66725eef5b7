package dev.nook.linux.syscall;

/// The error numbers that Nook distinguishes; every other one is [#OTHER].
///
/// Numbers are those of x86-64 and arm64, which agree
/// ([errno(3)](https://man7.org/linux/man-pages/man3/errno.3.html)).
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted"),
  EIO(5, "input/output error"),
  ENXIO(6, "no such device or address"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "try again"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  EBUSY(16, "device or resource busy"),
  EEXIST(17, "file exists"),
  EXDEV(18, "not on the same filesystem"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument"),
  EMFILE(24, "too many open files"),
  ENOTTY(25, "operation not supported by this file"),
  EFBIG(27, "file too large"),
  ENOSPC(28, "no space left on device"),
  EROFS(30, "read-only filesystem"),
  ENAMETOOLONG(36, "file name too long"),
  ENOSYS(38, "this kernel has no such call"),
  ENOTEMPTY(39, "directory not empty"),
  ELOOP(40, "a symbolic link stands in the path"),
  EBADMSG(74, "a checksum is wrong"),
  EOVERFLOW(75, "value too large"),
  EOPNOTSUPP(95, "operation not supported"),
  EUCLEAN(117, "filesystem structure is damaged"),
  EDQUOT(122, "quota exceeded"),
  OTHER(-1, "unexpected error");

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  public int number() {
    return number;
  }

  String text() {
    return text;
  }

  public static Errno of(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno;
      }
    }
    return OTHER;
  }
}
