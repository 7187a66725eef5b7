package dev.nook.store.power;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.MountSyscalls;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests that after a power cut, at any moment and whatever the disk lost of unflushed writes, what
/// was acknowledged stays, what was deleted stays deleted, and a driver can go on.
///
/// The environment variable NOOK_POWER_CUTS says how many cuts are made on each ground;
/// NOOK_POWER_SEED seeds the random choices.
@RealKernel
class PowerCutIT {
  private static final int CUTS = (int) number("NOOK_POWER_CUTS", 6);
  private static final long SEED = number("NOOK_POWER_SEED", 1);
  private static final int STEPS = CUTS < 100 ? 25 : 60;

  @TempDir Path temporary;

  private final Linux linux = RealPool.linux();
  private Leftovers leftovers;
  private Path memory;

  private static long number(String variable, long otherwise) {
    return Optional.ofNullable(System.getenv(variable)).map(Long::parseLong).orElse(otherwise);
  }

  /// Puts disks into memory: the test is about what is synced, not how long that takes.
  @BeforeEach
  void mountMemory() throws IOException {
    leftovers = Leftovers.since(linux, temporary.toRealPath());
    memory = Files.createDirectory(temporary.toRealPath().resolve("memory"));
    try (Fd target = Syscalls.open(memory, O_RDONLY, O_DIRECTORY)) {
      MountSyscalls.mount(Path.of("tmpfs"), target, "tmpfs", 0, "size=8g");
    }
  }

  @AfterEach
  void unmountMemory() throws IOException {
    linux.mounts().unmount(memory);
    leftovers.assertNone();
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(3600)
  void whatWasAcknowledgedOutlivesAPowerCut(PowerGround ground)
      throws IOException, InterruptedException, StorageException, PoolHeld {
    try (Recording recording = Recording.of(linux, ground, memory, SEED, STEPS)) {
      List<String> failures = recording.cut(CUTS);

      System.out.printf("%s: %s%n", ground, recording);
      assertThat(failures).isEmpty();
    }
  }

  /// Tests the judge: it notices a driver that does not sync.
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS", "EXT4"})
  void aDriverThatForgetsToSyncIsNoticed(PowerGround ground)
      throws IOException, InterruptedException, StorageException, PoolHeld {
    Linux forgetful = ForgottenSyncs.of(linux);
    try (Recording recording = Recording.of(forgetful, ground, memory, SEED, 8)) {
      assertThat(recording.cut(6)).isNotEmpty();
    }
  }
}
