package dev.nook.linux.fs.subvolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// On a btrfs whose periodic commit comes after an hour: what is on its disk, a call has put there.
class BtrfsCommitIT extends RealBtrfs {
  @Override
  String[] options() {
    return new String[] {"-o", "commit=3600"};
  }

  @Test
  void aSubvolumeThatIsMadeOutlivesAPowerCutWithItsLimit() throws IOException {
    subvolumes.create(volume, LIMIT);

    cutPower();
    assertThat(subvolumes.quota(volume).limitBytes()).isEqualTo(LIMIT);
    assertThatThrownBy(() -> Files.write(volume.resolve("file"), new byte[(int) (65 * MIB)]))
        .hasMessageContaining("quota");
  }

  @Test
  void aCopyThatIsMadeOutlivesAPowerCutWithItsLimit() throws IOException {
    Path clone = home.resolve("clone");
    subvolumes.create(volume, LIMIT);

    subvolumes.snapshot(volume, clone, false, 2 * LIMIT);

    cutPower();
    assertThat(subvolumes.quota(clone).limitBytes()).isEqualTo(2 * LIMIT);
    assertThatThrownBy(() -> Files.write(clone.resolve("file"), new byte[(int) (129 * MIB)]))
        .hasMessageContaining("quota");
  }

  @Test
  void nobodysDataIsWaitedFor() throws IOException {
    Path dirty = Files.write(home.resolve("dirty"), new byte[(int) (64 * MIB)]);

    subvolumes.create(volume, LIMIT);
    subvolumes.snapshot(volume, home.resolve("clone"), false, LIMIT);
    subvolumes.limit(volume, 2 * LIMIT);
    subvolumes.delete(volume);
    subvolumes.reclaim(home);

    String extents = Processes.run(Command.of("filefrag", "-v", dirty.toString())).out();
    assertThat(extents).contains("delalloc");
  }

  @Test
  void whatIsDeletedIsGivenBackWithoutWaitingForThePeriodicCommit()
      throws IOException, InterruptedException {
    subvolumes.create(volume, LIMIT);
    subvolumes.delete(volume);
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));

    while (subvolumes.cleaning(home)) {
      assertThat(Instant.now()).isBefore(deadline);
      subvolumes.reclaim(home);
      Thread.sleep(Duration.ofMillis(20));
    }

    assertThat(volume).doesNotExist();
  }

  /// What is on the disk now is mounted in its place.
  private void cutPower() throws IOException {
    Path disk = dir.resolve("disk");
    Processes.run(Command.of("cp", "--sparse=always", btrfs.image().toString(), disk.toString()));
    btrfs.unmount();
    Processes.run(
        Command.of("mount", "-o", "loop", disk.toString(), btrfs.mountPoint().toString()));
  }
}
