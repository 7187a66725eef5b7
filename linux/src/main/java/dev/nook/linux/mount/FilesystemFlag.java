package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystemType;
import java.util.Optional;
import java.util.regex.Pattern;

/// Mount flags of single filesystems, each with its allowed form. Flags that weaken durability or
/// hide a second copy of a filesystem are absent on purpose.
///
/// See [ext4(5)](https://man7.org/linux/man-pages/man5/ext4.5.html) and
/// [xfs(5)](https://man7.org/linux/man-pages/man5/xfs.5.html).
final class FilesystemFlag {
  /// An SELinux label, `user:role:type:level`, quoted because a level may hold commas.
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context=\"[a-z0-9_]{1,64}:[a-z0-9_]{1,64}:[A-Za-z0-9_]{1,128}"
              + ":s\\d{1,2}(-s\\d{1,2})?(:c\\d{1,4}([.,]c\\d{1,4}){0,31})?\"");

  private static final Pattern COMMIT = Pattern.compile("commit=([1-9]\\d{0,2})");
  private static final int LONGEST_COMMIT_SECONDS = 300;
  private static final Pattern ALLOCSIZE = Pattern.compile("allocsize=([1-9]\\d{0,9})([kmg]?)");
  private static final long SMALLEST_ALLOCSIZE = 4L << 10;
  private static final long LARGEST_ALLOCSIZE = 1L << 30;

  private FilesystemFlag() {}

  static boolean allowed(String flag, FileSystemType type) {
    return CONTEXT.matcher(flag).matches()
        || switch (type) {
          case EXT4 -> isDiscard(flag) || flag.equals("errors=remount-ro") || isCommit(flag);
          case XFS ->
              isDiscard(flag)
                  || flag.equals("inode64")
                  || flag.equals("largeio")
                  || isAllocsize(flag);
          case BTRFS -> false;
        };
  }

  /// Returns what must not be given twice: the key of `key=value`, and `discard` also for its
  /// opposite.
  static String key(String flag) {
    int equals = flag.indexOf('=');
    return equals > 0 ? flag.substring(0, equals) : isDiscard(flag) ? "discard" : flag;
  }

  /// Returns the flag with which this filesystem is always mounted.
  static Optional<String> always(FileSystemType type) {
    return switch (type) {
      case EXT4 -> Optional.of("errors=remount-ro");
      case XFS, BTRFS -> Optional.empty();
    };
  }

  private static boolean isDiscard(String flag) {
    return flag.equals("discard") || flag.equals("nodiscard");
  }

  private static boolean isCommit(String flag) {
    var match = COMMIT.matcher(flag);
    return match.matches() && Integer.parseInt(match.group(1)) <= LONGEST_COMMIT_SECONDS;
  }

  private static boolean isAllocsize(String flag) {
    var match = ALLOCSIZE.matcher(flag);
    if (!match.matches()) {
      return false;
    }
    int shift =
        switch (match.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    long bytes = Long.parseLong(match.group(1)) << shift;
    return Long.bitCount(bytes) == 1 && bytes >= SMALLEST_ALLOCSIZE && bytes <= LARGEST_ALLOCSIZE;
  }
}
