package dev.nook.linux.syscall;

/// Device numbers as stat(2) encodes st_dev and st_rdev
/// ([makedev(3)](https://man7.org/linux/man-pages/man3/makedev.3.html)).
public final class DeviceNumber {
  private DeviceNumber() {}

  public static long of(int major, int minor) {
    long high = Integer.toUnsignedLong(major);
    long low = Integer.toUnsignedLong(minor);
    return (high & ~0xFFFL) << 32 | (high & 0xFFF) << 8 | (low & ~0xFFL) << 12 | (low & 0xFF);
  }

  public static int major(long device) {
    return (int) ((device >>> 32 & ~0xFFFL) | (device >>> 8 & 0xFFF));
  }

  public static int minor(long device) {
    return (int) ((device >>> 12 & ~0xFFL) | (device & 0xFF));
  }

  /// Parses the `major:minor` of sysfs and mountinfo.
  public static long parse(String text) {
    int colon = text.indexOf(':');
    return of(
        Integer.parseUnsignedInt(text.substring(0, colon)),
        Integer.parseUnsignedInt(text.substring(colon + 1).strip()));
  }

  /// Returns a number as `major:minor`.
  public static String text(long device) {
    return Integer.toUnsignedString(major(device)) + ":" + Integer.toUnsignedString(minor(device));
  }
}
