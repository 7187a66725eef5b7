package dev.nook.linux.block;

import dev.nook.linux.mount.MountTable;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.PseudoFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes loop devices with random numbers out of a million, so that a tenant who keeps the node of
/// a detached block volume has none that anybody else gets. A number that was given is not given
/// again by this process, nor one whose node a mount showed when it began.
final class LoopNumbers {
  /// Lower numbers are those that the kernel and other programs use in order.
  private static final int FIRST = 4096;

  private static final int MINOR_BITS = 20;
  private static final int ATTEMPTS = 64;
  private static final Path MAX_PART = Path.of("/sys/module/loop/parameters/max_part");
  private static final List<Path> NAMESPACES = List.of(Path.of("/proc/self"), Path.of("/proc/1"));

  /// The root of a mount that shows the node of a device, as it is or as it was before it was
  /// removed.
  private static final Pattern NODE = Pattern.compile("/loop([0-9]{1,7})(/.*)?");

  private static final ThreadPoolExecutor REMOVING = removing();

  private final BitSet given = new BitSet(1 << MINOR_BITS);
  private int bound;

  private static ThreadPoolExecutor removing() {
    Removals removals = new Removals();
    var threads = Thread.ofPlatform().daemon().name("loop-removal-", 1).factory();
    return new ThreadPoolExecutor(
        1, Removals.AT_ONCE, 1, TimeUnit.SECONDS, removals, threads, removals);
  }

  /// The devices that are to be removed, in the background, because the kernel takes some 50 ms for
  /// each. It waits for all processors meanwhile, and many removals wait together: a thousand are
  /// gone in 3 s instead of 47. One thread removes those of single calls.
  private static final class Removals extends LinkedBlockingQueue<Runnable>
      implements RejectedExecutionHandler {
    static final int AT_ONCE = 16;
    private static final int FEW = 4;

    /// Refuses a task where many wait, so that the pool starts another thread.
    @Override
    public boolean offer(Runnable removal) {
      return size() < FEW && super.offer(removal);
    }

    /// Keeps the task when there are threads enough.
    @Override
    public void rejectedExecution(Runnable removal, ThreadPoolExecutor pool) {
      boolean _ = super.offer(removal);
    }
  }

  /// Makes a free device with a number that no node shows any more.
  int add() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int number = next();
      if (LoopCalls.add(number)) {
        return number;
      }
    }
    return LoopCalls.free();
  }

  /// When next to no number is left, all but those that are shown can be given again.
  private synchronized int next() throws IOException {
    if (bound == 0) {
      bound = 1 << (MINOR_BITS - partitionBits());
      addShown();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int number = ThreadLocalRandom.current().nextInt(FIRST, bound);
      if (!given.get(number)) {
        given.set(number);
        return number;
      }
    }
    given.clear();
    addShown();
    return given.nextClearBit(ThreadLocalRandom.current().nextInt(FIRST, bound / 2));
  }

  /// Returns how many bits of a minor number are for partitions.
  private static int partitionBits() throws IOException {
    if (!Files.exists(MAX_PART)) {
      return 0;
    }
    String most = new String(PseudoFile.attribute(MAX_PART), StandardCharsets.US_ASCII).strip();
    return Integer.SIZE - Integer.numberOfLeadingZeros(Integer.parseInt(most));
  }

  private void addShown() throws IOException {
    for (Path namespace : NAMESPACES) {
      if (Files.isReadable(namespace.resolve("mountinfo"))) {
        for (Mounts.Entry entry : MountTable.of(namespace)) {
          Matcher node = NODE.matcher(entry.root());
          if (node.matches()) {
            given.set(Integer.parseInt(node.group(1)));
          }
        }
      }
    }
  }

  /// Removes a free device soon. It stays if somebody has taken it meanwhile, or if this process
  /// ends first, which does no harm.
  static void remove(int number) {
    if (number >= FIRST) {
      REMOVING.execute(() -> {
        try {
          LoopCalls.remove(number);
        } catch (IOException _) {
          // A free device is left, which the kernel gives to the next program that asks.
        }
      });
    }
  }
}
