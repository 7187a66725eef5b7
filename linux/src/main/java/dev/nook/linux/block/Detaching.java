package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Detaches one device.
///
/// A mount in any namespace holds the device exclusively, so opening it with O_EXCL is EBUSY.
/// LOOP_CLR_FD finds other users: while somebody else has the device open, the kernel only marks it
/// to be detached at the last close; then the mark is removed and the answer is EBUSY.
final class Detaching {
  /// How long to wait for short-lived users: udev, which looks at a device after a change, and
  /// containers that are starting, whose new mount namespace has a copy of every mount until it has
  /// left the host's root.
  private static final Duration GLANCE = Duration.ofSeconds(2);

  /// How long the kernel may take to free a device that nobody uses any more.
  private static final Duration RELEASE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Path node;
  private final LoopIndex index;

  Detaching(Path node, LoopIndex index) {
    this.node = node;
    this.index = index;
  }

  void run() throws IOException {
    Optional<Loop> attached =
        LoopNodes.isLoop(node) ? index.seen(LoopNodes.number(node)) : Optional.empty();
    if (attached.isEmpty()) {
      return;
    }
    Loop loop = attached.get();
    if (!within(GLANCE, () -> released(loop)) || !within(RELEASE, () -> !index.isStill(loop))) {
      String who = "%s (held by %s)".formatted(node, Holders.of(node, loop.rdev(), index.known()));
      throw new SystemCallException("detach", who, Errno.EBUSY);
    }
    LoopNumbers.remove(LoopNodes.number(node));
  }

  /// Asks the kernel to free the device; returns whether it will.
  private boolean released(Loop loop) throws IOException {
    try {
      Optional<Fd> open = LoopNodes.open(node, O_RDONLY, O_EXCL);
      if (open.isEmpty()) {
        return true;
      }
      try (Fd fd = open.get()) {
        if (!index.isStill(loop)) {
          return true;
        }
        LoopCalls.clear(fd);
        return !isStillUsed(fd);
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY) || e.is(Errno.ENXIO)) {
        return e.is(Errno.ENXIO);
      }
      throw e;
    }
  }

  /// Whether the device is still used; removes the mark by which it would be detached at the last
  /// close. Over a dead filesystem the device's settings cannot be read, so there the mark stays,
  /// and the device is free when its last user ends.
  private static boolean isStillUsed(Fd device) throws SystemCallException {
    Optional<LoopStatus> after;
    try {
      after = LoopCalls.status(device);
    } catch (SystemCallException _) {
      return true;
    }
    if (after.isPresent()) {
      LoopCalls.setStatus(device, after.get().withoutAutoclear());
    }
    return after.isPresent();
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static boolean within(Duration patience, Condition condition) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return true;
  }
}
