package dev.nook.store.power;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.testing.power.PowerCuts;
import dev.nook.testing.power.RecordedDisk;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/// A workload that ran once on a recorded disk, whose power can be cut at any moment, many times.
final class Recording implements AutoCloseable {
  private final Linux linux = RealPool.linux();
  private final PowerGround ground;
  private final Path folder;
  private final long seed;
  private final Workload workload;
  private final PowerCuts cuts;
  private final Path log;
  private final long from;
  private final long to;
  private int tried;
  private final List<String> failures = new ArrayList<>();

  private Recording(
      PowerGround ground, Path folder, long seed, Workload workload, Path log, long from, long to)
      throws IOException {
    this.ground = ground;
    this.folder = folder;
    this.seed = seed;
    this.workload = workload;
    this.log = log;
    this.from = from;
    this.to = to;
    this.cuts = PowerCuts.of(linux, log, folder, PowerGround.BYTES);
  }

  /// @param given the ports for the driver
  static Recording of(Linux given, PowerGround ground, Path folder, long seed, int steps)
      throws IOException, InterruptedException, StorageException, PoolHeld {
    Linux linux = RealPool.linux();
    try (RecordedDisk disk = RecordedDisk.create(linux, folder, PowerGround.BYTES)) {
      linux.fileSystems().format(disk.file(), ground.disk, UUID.randomUUID(), Allocation.SPARSE);
      Machine.prepare(linux, ground, disk.file(), folder);
      long from = disk.position();
      try (Machine machine = Machine.boot(given, ground, disk.file(), folder)) {
        Workload workload = new Workload(machine, ground, disk, seed);
        workload.run(steps);
        return new Recording(ground, folder, seed, workload, disk.log(), from, disk.position());
      }
    }
  }

  /// Cuts the power at this many moments, half of them just after something was acknowledged.
  ///
  /// @return what was wrong
  List<String> cut(int number) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> moments = new ArrayList<>();
    List<Long> acknowledged = workload.moments();
    for (int i = 0; i < number; i++) {
      moments.add(
          i % 2 == 0
              ? acknowledged.get(random.nextInt(acknowledged.size()))
              : random.nextLong(from, to));
    }
    moments.sort(null);
    for (long moment : moments) {
      cut(moment, new SplittableRandom(random.nextLong()));
    }
    return failures;
  }

  private void cut(long moment, SplittableRandom random) throws IOException {
    Path disk = folder.resolve("cut");
    String lost = cuts.cut(moment, random, disk);
    tried++;
    try {
      try (Machine machine = Machine.boot(linux, ground, disk, folder)) {
        new Judge(machine, ground, workload.things(), moment, random).judge();
      }
      if (ground.disk != FileSystemType.BTRFS) {
        Machine.check(disk, ground.disk);
      }
    } catch (AssertionError | StorageException | IOException | PoolHeld e) {
      failures.add("cut %d of seed %d at %d, %s: %s".formatted(tried, seed, moment, lost, e));
    } finally {
      Files.deleteIfExists(disk);
    }
  }

  @Override
  public void close() throws IOException {
    cuts.close();
    Files.delete(log);
  }

  @Override
  public String toString() {
    return "%d cuts of %d entries of a disk's log, %d acknowledged; %d failed"
        .formatted(tried, cuts.entries().size(), workload.moments().size(), failures.size());
  }
}
