package dev.nook.linux.mount;

import java.util.Optional;

/// Mount flags that all filesystems have: the MS_* bit of
/// [mount(2)](https://man7.org/linux/man-pages/man2/mount.2.html) and, where a flag belongs to one
/// mount and not to the filesystem, what
/// [mount_setattr(2)](https://man7.org/linux/man-pages/man2/mount_setattr.2.html) sets.
enum KernelFlag {
  RW("rw", 0, 0),
  RO("ro", 1, 0x01),
  NOSUID("nosuid", 2, 0x02),
  NODEV("nodev", 4, 0x04),
  NOEXEC("noexec", 8, 0x08),
  SYNC("sync", 16),
  DIRSYNC("dirsync", 128),
  NOATIME("noatime", 1 << 10, 0x10),
  NODIRATIME("nodiratime", 1 << 11, 0x80),
  RELATIME("relatime", 1 << 21, 0),
  STRICTATIME("strictatime", 1 << 24, 0x20),
  LAZYTIME("lazytime", 1 << 25);

  /// MOUNT_ATTR__ATIME: the field that holds one of the access-time modes.
  static final long ATIME_FIELD = 0x70;

  /// The attributes that are off unless asked for; access times stay unchanged unless asked for.
  static final long SWITCHES = RO.attribute | NOSUID.attribute | NODEV.attribute | NOEXEC.attribute;

  private final String text;
  final long mountBit;
  final long attribute;
  final boolean perMount;

  KernelFlag(String text, long mountBit, long attribute) {
    this(text, mountBit, attribute, true);
  }

  KernelFlag(String text, long mountBit) {
    this(text, mountBit, 0, false);
  }

  KernelFlag(String text, long mountBit, long attribute, boolean perMount) {
    this.text = text;
    this.mountBit = mountBit;
    this.attribute = attribute;
    this.perMount = perMount;
  }

  boolean isAccessTime() {
    return this == NOATIME || this == RELATIME || this == STRICTATIME;
  }

  static Optional<KernelFlag> of(String text) {
    for (KernelFlag flag : values()) {
      if (flag.text.equals(text)) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }
}
