package dev.nook.linux.process;

/// The Debian packages that contain the tools.
final class DebianPackage {
  private DebianPackage() {}

  static String of(String tool) {
    return switch (tool) {
      case "mkfs.ext4", "mke2fs", "e2fsck", "resize2fs", "tune2fs", "dumpe2fs" -> "e2fsprogs";
      case "mkfs.xfs", "xfs_admin", "xfs_db", "xfs_growfs", "xfs_io", "xfs_repair" -> "xfsprogs";
      case "mkfs.btrfs", "btrfs", "btrfstune" -> "btrfs-progs";
      case "setpriv", "prlimit", "unshare", "ionice" -> "util-linux";
      case "cp", "nice" -> "coreutils";
      default -> tool;
    };
  }
}
