package dev.nook.linux.fs.subvolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BtrfsSnapshotsIT extends RealBtrfs {
  private Path snapshot;
  private Path clone;

  @BeforeEach
  void makeAVolumeOfOneFile() throws IOException {
    snapshot = home.resolve("snapshot");
    clone = home.resolve("clone");
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);
    write(volume, 20);
  }

  @Test
  void aReadOnlySnapshotHoldsWhatWasThereAndCannotBeWritten() throws IOException {
    byte[] before = Files.readAllBytes(volume.resolve("file"));

    subvolumes.snapshot(volume, snapshot, true, 0);
    write(volume, 20);

    assertThat(Files.readAllBytes(snapshot.resolve("file"))).isEqualTo(before);
    assertThat(subvolumes.isSubvolume(snapshot)).isTrue();
    refused(Errno.EROFS, () -> disk.write(snapshot.resolve("other"), new byte[1]));
  }

  @Test
  void whatASnapshotKeepsCountsAgainstItsOrigin() throws IOException {
    subvolumes.snapshot(volume, snapshot, true, 0);

    write(volume, 20);
    write(volume, 20);

    assertThat(subvolumes.quota(volume).usedBytes()).isBetween(40 * MIB, 62 * MIB);
    assertThatThrownBy(() -> write(volume, 44)).hasMessageContaining("Disk quota exceeded");
  }

  @Test
  void aCloneIsWritableWithinALimitOfItsOwn() throws IOException {
    subvolumes.snapshot(volume, snapshot, true, 0);

    subvolumes.snapshot(snapshot, clone, false, 30 * MIB);

    assertThat(subvolumes.quota(clone).limitBytes()).isEqualTo(30 * MIB);
    assertThat(subvolumes.quota(clone).usedBytes()).isLessThan(MIB);
    write(clone, 20);
    assertThat(subvolumes.quota(clone).usedBytes()).isBetween(20 * MIB, 22 * MIB);
    assertThat(subvolumes.quota(volume).usedBytes()).isLessThan(22 * MIB);
    assertThatThrownBy(() -> write(clone, 31)).hasMessageContaining("Disk quota exceeded");
  }

  @Test
  void nestedSubvolumesOfACloneCountAgainstItToo() throws IOException {
    subvolumes.snapshot(volume, clone, false, 30 * MIB);

    asPod("btrfs", "subvolume", "create", clone + "/n");

    assertThatThrownBy(() -> fill(clone.resolve("n/file")))
        .hasMessageContaining("Disk quota exceeded");
    assertThat(Files.size(clone.resolve("n/file"))).isLessThanOrEqualTo(30 * MIB);
  }

  @Test
  void aFullVolumeIsCut() throws IOException {
    assertThatThrownBy(() -> fill(volume.resolve("full"))).isInstanceOf(IOException.class);

    subvolumes.snapshot(volume, snapshot, true, 0);
    subvolumes.snapshot(volume, clone, false, LIMIT);

    assertThat(Files.size(snapshot.resolve("full"))).isEqualTo(Files.size(volume.resolve("full")));
    write(clone, 20);
  }

  @Test
  void aCloneLivesWhenWhatItWasMadeFromIsGoneInEitherOrder() throws IOException {
    byte[] before = Files.readAllBytes(volume.resolve("file"));
    subvolumes.snapshot(volume, snapshot, true, 0);
    subvolumes.snapshot(snapshot, clone, false, LIMIT);

    subvolumes.delete(volume);
    subvolumes.delete(snapshot);
    clean();

    assertThat(home).isDirectoryContaining(clone::equals);
    assertThat(disk.list(home)).containsExactly("clone");
    assertThat(Files.readAllBytes(clone.resolve("file"))).isEqualTo(before);
  }

  @Test
  void whatCopiesKeepOfASubvolumeThatIsGoneIsKnown() throws IOException {
    subvolumes.snapshot(volume, snapshot, true, 0);
    subvolumes.snapshot(volume, clone, false, LIMIT);
    assertThat(subvolumes.orphanedBytes(home)).isZero();

    subvolumes.delete(volume);
    assertThat(subvolumes.orphanedBytes(home)).isGreaterThanOrEqualTo(20 * MIB);
    clean();
    assertThat(subvolumes.orphanedBytes(home)).isBetween(20 * MIB, 22 * MIB);

    subvolumes.delete(snapshot);
    write(clone, 20);
    clean();
    assertThat(subvolumes.orphanedBytes(home)).isLessThan(MIB);
    assertThat(subvolumes.orphanedBytes(Path.of("/proc"))).isZero();
  }

  @Test
  void groupsStayWhileACopyIsChargedToThemAndAreReclaimedWhenItIsGone() throws IOException {
    subvolumes.snapshot(volume, snapshot, true, 0);
    long origin = id(volume);
    subvolumes.delete(volume);
    clean();

    subvolumes.reclaim(home);
    assertThat(groups()).contains("0_" + origin, "1_" + origin);
    subvolumes.delete(snapshot);
    clean();
    subvolumes.reclaim(home);

    assertThat(groups()).containsExactly("0_5");
  }

  @Test
  void reclaimingLeavesTheGroupsOfWhatStands() throws IOException {
    Path empty = home.resolve("empty");
    subvolumes.create(empty, LIMIT);

    subvolumes.reclaim(home);

    assertThat(groups()).contains("0_" + id(empty), "1_" + id(empty));
    assertThat(subvolumes.quota(empty).limitBytes()).isEqualTo(LIMIT);
    assertThatThrownBy(() -> write(empty, 65)).hasMessageContaining("Disk quota exceeded");
  }

  @Test
  void withoutQuotasThereIsNothingToReclaim() throws IOException {
    quotas("disable");

    subvolumes.reclaim(home);
    subvolumes.reclaim(Path.of("/proc"));
    subvolumes.snapshot(volume, snapshot, true, 0);
    assertThatThrownBy(() -> subvolumes.snapshot(volume, clone, false, LIMIT))
        .isInstanceOf(IOException.class);

    assertThat(clone).doesNotExist();
  }

  @Test
  void aSnapshotIsMadeOnlyOfASubvolumeAndWhereNothingStands() throws IOException {
    Path ordinary = Files.createDirectory(home.resolve("ordinary"));

    refused(Errno.EINVAL, () -> subvolumes.snapshot(ordinary, snapshot, true, 0));
    refused(Errno.EEXIST, () -> subvolumes.snapshot(volume, ordinary, true, 0));
    refused(Errno.ENOENT, () -> subvolumes.snapshot(home.resolve("no"), snapshot, true, 0));
    refused(Errno.ENOENT, () -> subvolumes.snapshot(volume, home.resolve("no/snapshot"), true, 0));

    assertThat(snapshot).doesNotExist();
  }

  @Test
  void aNestedSubvolumeIsFoundHoweverDeepAndWhateverItsName() throws IOException {
    assertThat(subvolumes.nested(volume)).isEmpty();
    asPod("mkdir", "-p", volume + "/some/where");
    inShellAsPod("btrfs subvolume create some/where/\"$(printf 'n\\n\\303\\251s')\"");

    assertThat(subvolumes.nested(volume)).contains(volume.resolve("some/where/n???s"));
  }

  @Test
  void aNestedSubvolumeWhosePathNoCallCanTakeIsFoundToo() throws IOException {
    String half = ("/" + "x".repeat(250)).repeat(12);
    asPod("mkdir", "-p", volume + "/a" + half, volume + "/b" + half);
    asPod("btrfs", "subvolume", "create", volume + "/b" + half + "/nested");
    inShellAsPod("cd a%1$s && mv %2$s/b .".formatted(half, volume));

    assertThat(subvolumes.nested(volume)).contains(volume.resolve(".../nested"));
  }

  private void inShellAsPod(String script) throws IOException {
    asPod("sh", "-c", "cd %s && %s".formatted(volume, script));
  }

  private static void write(Path subvolume, int mib) throws IOException {
    byte[] data = new byte[(int) (mib * MIB)];
    new Random(mib).nextBytes(data);
    try (FileOutputStream file = new FileOutputStream(subvolume.resolve("file").toFile())) {
      file.write(data);
      file.getFD().sync();
    }
  }

  private static long id(Path subvolume) throws IOException {
    try (Fd fd = Syscalls.open(subvolume, OpenFlag.O_RDONLY)) {
      return BtrfsIoctl.subvolumeId(fd);
    }
  }

  private List<String> groups() throws IOException {
    try (Fd fd = Syscalls.open(home, OpenFlag.O_RDONLY)) {
      return disk.list(QuotaGroups.of(fd).sysfs()).stream()
          .filter(name -> name.contains("_"))
          .filter(name -> Character.isDigit(name.charAt(0)))
          .toList();
    }
  }
}
