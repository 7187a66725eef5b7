package dev.nook.linux.block;

import dev.nook.linux.mount.MountTable;
import dev.nook.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// The numbers of loop devices that are made for this driver: random ones out of a million, so that
/// whoever still has the node of a device that was detached, as a tenant of a block volume can, has
/// nothing that is given to anybody else.
final class LoopNumbers {
  /// Below lie those that the kernel and other programs make one after the other.
  private static final int FIRST = 4096;

  private static final int MINOR_BITS = 20;
  private static final int ATTEMPTS = 64;
  private static final Path MAX_PART = Path.of("/sys/module/loop/parameters/max_part");
  private static final List<Path> NAMESPACES = List.of(Path.of("/proc/self"), Path.of("/proc/1"));

  /// The kernel takes some 50 ms to remove a device, for which no call should wait.
  private static final ExecutorService REMOVING =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("loop-removal").factory());

  private LoopNumbers() {}

  /// Makes a free device under a number that no node shows any more.
  static int add() throws IOException {
    int bound = 1 << (MINOR_BITS - partitionBits());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int number = ThreadLocalRandom.current().nextInt(FIRST, bound);
      if (!isShown(number) && LoopCalls.add(number)) {
        return number;
      }
    }
    return LoopCalls.free();
  }

  /// How many bits of a minor number tell the partitions of a device.
  private static int partitionBits() throws IOException {
    return Files.exists(MAX_PART)
        ? Integer.SIZE
            - Integer.numberOfLeadingZeros(Integer.parseInt(Files.readString(MAX_PART).strip()))
        : 0;
  }

  /// Whether a mount shows the node of a device by this number, as it is or as it was before it was
  /// removed.
  private static boolean isShown(int number) throws IOException {
    String root = "/" + LoopNodes.node(number).getFileName();
    for (Path namespace : NAMESPACES) {
      if (Files.isReadable(namespace.resolve("mountinfo"))) {
        for (Mounts.Entry entry : MountTable.of(namespace)) {
          if (entry.root().equals(root) || entry.root().startsWith(root + "/")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /// Removes a free device that was made here, soon. One that somebody has taken meanwhile stays,
  /// and so does a free one for which this process has no time any more: it does no harm.
  static void remove(int number) {
    if (number >= FIRST) {
      REMOVING.execute(() -> {
        try {
          LoopCalls.remove(number);
        } catch (IOException _) {
          // A free device is left, which the kernel gives to whoever asks for one.
        }
      });
    }
  }
}
