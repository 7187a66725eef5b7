package dev.nook.linux.fs;

import java.util.Optional;

/// The filesystems that Nook makes and mounts, by the names that mount(2) and CSI use.
public enum FileSystemType {
  EXT4("ext4", 0xEF53, 32L << 20),
  XFS("xfs", 0x58465342, 300L << 20),
  BTRFS("btrfs", 0x9123683EL, 256L << 20);

  /// Bytes of a block of the filesystems that Nook makes, and of a sector of its loop devices.
  public static final int BLOCK_BYTES = 4096;

  private final String kernelName;
  private final long magic;
  private final long minimumBytes;

  FileSystemType(String kernelName, long magic, long minimumBytes) {
    this.kernelName = kernelName;
    this.magic = magic;
    this.minimumBytes = minimumBytes;
  }

  /// Returns the name that mount(2) uses.
  public String kernelName() {
    return kernelName;
  }

  /// Returns the bytes of the smallest usable device that mkfs accepts.
  public long minimumBytes() {
    return minimumBytes;
  }

  /// Returns the bytes of the largest file. ext4 numbers a file's blocks with 32 bits and does not
  /// use the last number ([ext4(5)](https://man7.org/linux/man-pages/man5/ext4.5.html)); in the
  /// others only the offset limits it.
  public long largestFileBytes(long blockBytes) {
    return switch (this) {
      case EXT4 -> ((1L << 32) - 1) * blockBytes;
      case XFS, BTRFS -> Long.MAX_VALUE;
    };
  }

  public static Optional<FileSystemType> of(String kernelName) {
    for (FileSystemType type : values()) {
      if (type.kernelName.equals(kernelName)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// By f_type of [statfs(2)](https://man7.org/linux/man-pages/man2/statfs.2.html).
  public static Optional<FileSystemType> ofMagic(long magic) {
    for (FileSystemType type : values()) {
      if (type.magic == magic) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return kernelName;
  }
}
