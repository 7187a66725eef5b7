package dev.nook.linux.fs.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// What is special about btrfs:
/// [mkfs.btrfs(8)](https://btrfs.readthedocs.io/en/latest/mkfs.btrfs.html), its growth, which
/// happens mounted, and files that are written in place.
public final class Btrfs {
  /// struct btrfs_ioctl_vol_args: s64 fd, then a name that here says `device:size`.
  private static final long BTRFS_IOC_RESIZE = 0x50009403L;

  private static final int VOL_ARGS_BYTES = 4096;

  /// An ioctl(2) on every filesystem
  /// ([ioctl_iflags(2)](https://man7.org/linux/man-pages/man2/ioctl_iflags.2.html)).
  private static final long FS_IOC_GETFLAGS = 0x80086601L;

  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int FS_NOCOW_FL = 0x00800000;

  private static final String ONLY_DEVICE_TO_ITS_END = "1:max";

  private Btrfs() {}

  public static void format(Path image, UUID uuid) throws IOException {
    Processes.run(
        Command.of("mkfs.btrfs", "-f", "-q", "-K", "-U", uuid.toString(), image.toString()));
  }

  public static void expand(Fd mountPoint) throws IOException {
    ByteBuffer arguments = ByteBuffer.allocate(VOL_ARGS_BYTES);
    arguments.position(Long.BYTES).put(ONLY_DEVICE_TO_ITS_END.getBytes(US_ASCII));
    Syscalls.ioctl("BTRFS_IOC_RESIZE", mountPoint, BTRFS_IOC_RESIZE, arguments.array());
  }

  public static boolean holds(Fd file) throws SystemCallException {
    Optional<FileSystemType> type = FileSystemType.ofMagic(Syscalls.fstatfs(file).magic());
    return type.equals(Optional.of(FileSystemType.BTRFS));
  }

  /// Has a file that is still empty written in place (NOCOW). Any other file is written elsewhere
  /// each time, which needs free space however much of the file is allocated.
  public static void writeInPlace(Fd emptyFile) throws SystemCallException {
    ByteBuffer flags = flags(emptyFile);
    flags.putInt(0, flags.getInt(0) | FS_NOCOW_FL);
    Syscalls.ioctl("FS_IOC_SETFLAGS", emptyFile, FS_IOC_SETFLAGS, flags.array());
  }

  public static boolean isWrittenInPlace(Fd file) throws SystemCallException {
    return (flags(file).getInt(0) & FS_NOCOW_FL) != 0;
  }

  /// The kernel reads and writes an int, whatever size the request's number names.
  private static ByteBuffer flags(Fd file) throws SystemCallException {
    ByteBuffer flags = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    Syscalls.ioctl("FS_IOC_GETFLAGS", file, FS_IOC_GETFLAGS, flags.array());
    return flags;
  }
}
