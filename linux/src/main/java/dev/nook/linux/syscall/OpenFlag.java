package dev.nook.linux.syscall;

/// How to open a file ([open(2)](https://man7.org/linux/man-pages/man2/open.2.html)). Four of the
/// numbers differ between x86-64 and arm64. O_CLOEXEC is always set and is no choice.
public enum OpenFlag {
  O_RDONLY(0, 0),
  O_WRONLY(01, 01),
  O_RDWR(02, 02),
  O_CREAT(0100, 0100),
  O_EXCL(0200, 0200),
  O_NONBLOCK(04000, 04000),
  O_DIRECT(040000, 0200000),
  O_DIRECTORY(0200000, 040000),
  O_NOFOLLOW(0400000, 0100000),
  O_NOATIME(01000000, 01000000),
  O_PATH(010000000, 010000000);

  private static final int O_CLOEXEC = 02000000;

  private final int number;

  OpenFlag(int x86, int arm64) {
    this.number = System.getProperty("os.arch").equals("aarch64") ? arm64 : x86;
  }

  static int bits(OpenFlag... flags) {
    int bits = O_CLOEXEC;
    for (OpenFlag flag : flags) {
      bits |= flag.number;
    }
    return bits;
  }
}
