package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_WRONLY;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Controls whether a discard on a loop device punches a hole into its backing file
/// ([queue/discard_max_bytes]( https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-block)).
///
/// Once off, discards stay off whatever is attached next, and cannot be switched on again: such a
/// device is removed when it is free, so that nobody else gets it.
final class Discards {
  private static final String LIMIT = "queue/discard_max_bytes";
  private static final String HARDWARE_LIMIT = "queue/discard_max_hw_bytes";

  private Discards() {}

  /// Switches discards off and verifies that. The kernel then also writes zeroes where it would
  /// have punched a hole.
  static void refuse(Path node) throws IOException {
    Path limit = LoopNodes.sysfsOf(node).resolve(LIMIT);
    try (Fd fd = Syscalls.open(limit, O_WRONLY)) {
      Syscalls.pwrite(fd, ByteBuffer.wrap("0".getBytes(StandardCharsets.US_ASCII)), 0);
    }
    String now = LoopNodes.sysfs(node, LIMIT).orElse("gone");
    if (!now.equals("0")) {
      throw new IOException("%s should be 0, but is %s".formatted(limit, now));
    }
  }

  /// Whether discards are switched off on a device that could discard.
  static boolean areRefused(Path node) throws IOException {
    Optional<String> limit = LoopNodes.sysfs(node, LIMIT);
    Optional<String> hardware = LoopNodes.sysfs(node, HARDWARE_LIMIT);
    return limit.equals(Optional.of("0"))
        && hardware.isPresent()
        && !hardware.equals(Optional.of("0"));
  }
}
