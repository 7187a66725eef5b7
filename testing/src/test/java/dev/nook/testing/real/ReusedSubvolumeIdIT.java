package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests a btrfs that, mounted again after a power failure or restart, reuses the id of a deleted
/// subvolume whose quota group is still there.
@RealKernel
class ReusedSubvolumeIdIT {
  private static final long BYTES = 1L << 30;
  private static final long LIMIT = 64L << 20;

  @TempDir Path temporary;

  @Test
  void aSubvolumeTakesTheGroupOfOneThatIsGone() throws IOException {
    Linux linux = RealPool.linux();
    try (RealPool pool = RealPool.create(temporary.toRealPath(), FileSystemType.BTRFS, BYTES)) {
      Path first = pool.path().resolve("first");
      linux.subvolumes().create(first, LIMIT);
      String shown =
          Processes.run(Command.of("btrfs", "inspect-internal", "rootid", first.toString())).out();
      long next = Long.parseLong(shown.strip()) + 1;
      Processes.run(Command.of("btrfs", "qgroup", "create", "1/" + next, pool.path().toString()));

      Path second = pool.path().resolve("second");
      linux.subvolumes().create(second, LIMIT);

      assertThat(linux.subvolumes().quota(second).limitBytes()).isEqualTo(LIMIT);
    }
  }
}
