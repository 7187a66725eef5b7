package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Volumes whose filesystem is damaged are refused in words, never mounted for writing in silence.
final class DamagedFileSystemsIT extends DamagedNode {
  private static final long BYTES = 512L << 20;

  @Test
  void anErrorFlagAloneIsRefused() throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    debugfs(volume, "set_super_value state 3");

    assertRefused(volume, "marked to be checked");
  }

  @Test
  void errorsThatTheKernelCountedAreRefused() throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    debugfs(volume, "set_super_value error_count 7");
    debugfs(volume, "set_super_value last_error_func ext4_lookup");
    debugfs(volume, "set_super_value last_error_time 20260101000000");

    assertRefused(volume, "7 errors, the last in ext4_lookup at 2026-01-01T00:00:00Z");
  }

  /// What jbd2 leaves behind when it is told that the filesystem is damaged: the superblock is
  /// marked only when the journal is replayed.
  @Test
  void anErrorThatLiesInTheJournalIsRefused() throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    abortJournal(volume, -117);

    assertRefused(volume, "its journal was aborted with error 117");
  }

  /// The orphan is met by the kernel when it replays: its inode is no longer what it was.
  @Test
  void anErrorThatShowsOnlyAfterReplayIsRefused() throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    debugfs(volume, "set_super_value last_orphan 3");

    assertRefused(volume, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"block bitmap at", "inode table at", "inode bitmap at"})
  void zeroedMetadataIsRefusedOrToldWhenItIsMet(String what) throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    zero(volume, firstBlock(volume, what));

    try {
      node.publisher.publish(node.publish(volume, "a"));
    } catch (StorageException.NotReady e) {
      assertThat(e).hasMessageContaining(volume.id().text());
      return;
    }
    provoke(node.target("a"));
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    assertRefused(volume, "");
  }

  @Test
  void aRootThatIsNoDirectoryIsRefused() throws Exception {
    Volume volume = used(TestNode.EXT4, BYTES);
    debugfs(volume, "set_inode_field <2> mode 0100644");

    assertRefused(volume, "");
  }

  @Test
  void aBrokenHeaderOfAnXfsIsRefused() throws Exception {
    Volume volume = used(TestNode.XFS, BYTES);
    zero(volume, 1); // The AGF of the first allocation group.

    assertRefused(volume, "");
  }

  private void assertRefused(Volume volume, String why) throws Exception {
    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(volume.id().text())
        .hasMessageContaining(why);
    assertThat(node.at(node.staging(volume.id()))).isEmpty();
    assertThat(node.attached()).isEmpty();
  }

  private static void provoke(Path shown) {
    for (int i = 0; i < 50; i++) {
      try {
        Files.createDirectory(shown.resolve("provoked" + i));
        Files.writeString(shown.resolve("provoked" + i).resolve("file"), "x");
      } catch (IOException _) {
        return; // It has been met.
      }
    }
  }

  private void abortJournal(Volume volume, int error) throws IOException {
    long journal =
        Long.parseLong(
            Processes.run(Command.of("debugfs", "-R", "bmap <8> 0", node.image(volume).toString()))
                .out()
                .strip());
    try (RandomAccessFile file = new RandomAccessFile(node.image(volume).toFile(), "rw")) {
      byte[] log = new byte[1024];
      file.seek(journal * BLOCK);
      file.readFully(log);
      file.seek(journal * BLOCK);
      file.write(Journal.withError(log, error));
    }
  }
}
