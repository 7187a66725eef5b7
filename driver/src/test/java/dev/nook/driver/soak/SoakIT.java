package dev.nook.driver.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests that what was acknowledged stays, that what was deleted stays deleted, that data is what
/// was written, that the ledger agrees with the disk, and that nothing leaks, whatever is called
/// and whenever the driver is killed. NOOK_SOAK says for how long (`90s`, `10m`, `2h`);
/// NOOK_SOAK_SEED chooses the calls.
@RealKernel
class SoakIT {
  private static final Path KEPT = Path.of("../.nook/soak").toAbsolutePath().normalize();

  /// The time of a soak beside its calls: checks, restarts, and the deletion of every volume.
  private static final Duration CHECKS = Duration.ofMinutes(4);

  @TempDir Path temporary;

  @Test
  @Timeout(value = 30, unit = TimeUnit.DAYS) // The limit depends on the duration.
  void nothingIsLostDamagedOrLeaked() {
    Duration duration = duration(setting("NOOK_SOAK").orElse("20s"));
    assertTimeoutPreemptively(duration.multipliedBy(2).plus(CHECKS), () -> soak(duration));
  }

  private void soak(Duration duration)
      throws IOException, InterruptedException, ExecutionException {
    long seed =
        setting("NOOK_SOAK_SEED")
            .map(Long::parseLong)
            .orElseGet(() -> (long) new Random().nextInt(1 << 30));
    System.out.printf("soak: %s with NOOK_SOAK_SEED=%d%n", duration, seed);
    Path folder = temporary.toRealPath();
    Leftovers leftovers = Leftovers.since(RealPool.linux(), folder);
    try (Ground ground = new Ground(folder);
        SoakDriver driver = new SoakDriver(folder, ground.flags())) {
      var soak = new Soak(ground, driver, seed);
      boolean passed = false;
      try {
        soak.run(duration);
        assertThat(ground.attached()).as("loop devices of volumes").isEmpty();
        assertThat(ground.shown()).as("mounts for kubelet").isEmpty();
        passed = true;
      } finally {
        System.out.printf("soak: seed %d, %s%n", seed, soak.tally());
        if (!passed) {
          System.out.printf("soak: failed; the driver's log is %s%n", keep(driver.log(), seed));
        }
      }
    }
    leftovers.assertNone();
  }

  private static Path keep(Path log, long seed) throws IOException {
    Files.createDirectories(KEPT);
    Path kept = KEPT.resolve("driver-%d.log".formatted(seed));
    return Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }

  /// Parses durations such as `90s`, `10m` and `2h`.
  private static Duration duration(String text) {
    return Duration.parse("PT" + text);
  }
}
