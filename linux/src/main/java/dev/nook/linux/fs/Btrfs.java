package dev.nook.linux.fs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nook.linux.process.Command;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/// What btrfs needs as the filesystem of a pool image:
/// [mkfs.btrfs(8)](https://btrfs.readthedocs.io/en/latest/mkfs.btrfs.html), and its growth, which
/// happens mounted.
final class Btrfs {
  /// struct btrfs_ioctl_vol_args: s64 fd, then a name that here says `device:size`.
  private static final long BTRFS_IOC_RESIZE = 0x50009403L;

  private static final int VOL_ARGS_BYTES = 4096;
  private static final String ONLY_DEVICE_TO_ITS_END = "1:max";

  private Btrfs() {}

  static Command mkfs(Path image, UUID uuid) {
    return Command.of("mkfs.btrfs", "-f", "-q", "-K", "-U", uuid.toString(), image.toString());
  }

  static void fill(Fd mountPoint) throws IOException {
    ByteBuffer arguments = ByteBuffer.allocate(VOL_ARGS_BYTES);
    arguments.position(Long.BYTES).put(ONLY_DEVICE_TO_ITS_END.getBytes(US_ASCII));
    Syscalls.ioctl("BTRFS_IOC_RESIZE", mountPoint, BTRFS_IOC_RESIZE, arguments.array());
  }
}
