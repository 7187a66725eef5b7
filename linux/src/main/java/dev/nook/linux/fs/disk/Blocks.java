package dev.nook.linux.fs.disk;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;

/// Allocates the blocks of a file piece by piece: XFS and btrfs need as much free space as one call
/// names, even if most of it is allocated already.
public final class Blocks {
  private static final long PIECE_BYTES = 64L << 20;

  private Blocks() {}

  /// Allocates what is missing.
  public static void fill(Fd fd, long bytes) throws SystemCallException {
    inPieces(bytes, (at, length) -> Syscalls.fallocate(fd, at, length));
  }

  /// Allocates what is missing and makes all of it read as zeroes.
  public static void zero(Fd fd, long bytes) throws SystemCallException {
    inPieces(bytes, (at, length) -> Syscalls.zeroRange(fd, at, length));
  }

  private static void inPieces(long bytes, Piece piece) throws SystemCallException {
    for (long at = 0; at < bytes; at += PIECE_BYTES) {
      piece.change(at, Math.min(PIECE_BYTES, bytes - at));
    }
  }

  @FunctionalInterface
  private interface Piece {
    void change(long at, long length) throws SystemCallException;
  }
}
