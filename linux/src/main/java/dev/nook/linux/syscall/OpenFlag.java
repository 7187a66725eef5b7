package dev.nook.linux.syscall;

/// Flags of [open(2)](https://man7.org/linux/man-pages/man2/open.2.html). Three of the numbers
/// differ between x86-64 and arm64; of all other numbers that Nook uses, only those in [Seccomp]
/// do. O_CLOEXEC is always set.
public enum OpenFlag {
  O_RDONLY(0),
  O_WRONLY(01),
  O_RDWR(02),
  O_CREAT(0100),
  O_EXCL(0200),
  O_NONBLOCK(04000),
  O_DIRECT(040000, 0200000),
  O_DIRECTORY(0200000, 040000),
  O_NOFOLLOW(0400000, 0100000),
  O_NOATIME(01000000),
  O_PATH(010000000);

  static final int O_CLOEXEC = 02000000;
  private static final String HERE = System.getProperty("os.arch");

  private final int x86;
  private final int arm64;

  OpenFlag(int everywhere) {
    this(everywhere, everywhere);
  }

  OpenFlag(int x86, int arm64) {
    this.x86 = x86;
    this.arm64 = arm64;
  }

  static int bits(OpenFlag... flags) {
    int bits = O_CLOEXEC;
    for (OpenFlag flag : flags) {
      bits |= flag.number(HERE);
    }
    return bits;
  }

  /// @param architecture as the system property `os.arch` names it
  int number(String architecture) {
    return switch (architecture) {
      case "amd64" -> x86;
      case "aarch64" -> arm64;
      default ->
          throw new UnsupportedOperationException(
              "Nook runs on x86-64 and arm64, not on " + architecture);
    };
  }
}
