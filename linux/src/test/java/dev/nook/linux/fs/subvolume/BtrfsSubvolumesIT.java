package dev.nook.linux.fs.subvolume;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BtrfsSubvolumesIT extends RealBtrfs {
  @Test
  void quotasAreEnforcedOnlyWhereSimpleQuotasAreOn() throws IOException {
    assertThat(subvolumes.enforced(btrfs.mountPoint())).isTrue();
    subvolumes.enableQuotas(btrfs.mountPoint());
    assertThat(subvolumes.enforced(home)).isTrue();
    assertThat(subvolumes.enforced(Path.of("/proc"))).isFalse();

    quotas("disable");
    assertThat(subvolumes.enforced(btrfs.mountPoint())).isFalse();
  }

  @Test
  void plainQuotasAreNotTakenForSimpleOnes() throws IOException {
    quotas("disable");
    quotas("enable");

    assertThat(subvolumes.enforced(btrfs.mountPoint())).isFalse();
    assertThatThrownBy(() -> subvolumes.enableQuotas(btrfs.mountPoint()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aNewSubvolumeIsPrivateEmptyAndLimited() throws IOException {
    assertThat(subvolumes.isSubvolume(volume)).isFalse();

    subvolumes.create(volume, LIMIT);

    assertThat(subvolumes.isSubvolume(volume)).isTrue();
    assertThat(subvolumes.isSubvolume(home)).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(volume)))
        .isEqualTo("rwx------");
    assertThat(subvolumes.quota(volume).limitBytes()).isEqualTo(LIMIT);
    assertThat(subvolumes.quota(volume).usedBytes()).isLessThan(MIB);
    refused(Errno.EEXIST, () -> subvolumes.create(volume, LIMIT));
  }

  @Test
  void withoutQuotasNoSubvolumeIsLeft() throws IOException {
    quotas("disable");

    assertThatThrownBy(() -> subvolumes.create(volume, LIMIT)).isInstanceOf(IOException.class);

    assertThat(volume).doesNotExist();
  }

  @Test
  void anOrdinaryDirectoryIsNoSubvolumeToAnyCall() throws IOException {
    Path ordinary = Files.createDirectory(volume);

    refused(Errno.EINVAL, () -> subvolumes.limit(ordinary, LIMIT));
    refused(Errno.EINVAL, () -> subvolumes.quota(ordinary));
    refused(Errno.EINVAL, () -> subvolumes.delete(ordinary));

    assertThat(ordinary).exists();
  }

  @Test
  void aPodThatNestsSubvolumesCannotWritePastTheLimit() throws IOException {
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);

    asPod("btrfs", "subvolume", "create", volume + "/n");
    asPod("btrfs", "subvolume", "create", volume + "/n/m");
    assertThatThrownBy(() -> fill(volume.resolve("n/m/first")))
        .hasMessageContaining("Disk quota exceeded");
    assertThatThrownBy(() -> fill(volume.resolve("second")))
        .hasMessageContaining("Disk quota exceeded");

    Processes.run(Command.of("btrfs", "filesystem", "sync", volume.toString()));
    assertThat(subvolumes.quota(volume).usedBytes()).isBetween(LIMIT - 2 * MIB, LIMIT);
    assertThat(Files.size(volume.resolve("n/m/first"))).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void aHigherLimitTakesMoreAtOnce() throws IOException {
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);
    assertThatThrownBy(() -> fill(volume.resolve("first"))).isInstanceOf(IOException.class);

    subvolumes.limit(volume, 2 * LIMIT);

    asPod("dd", "if=/dev/zero", "of=" + volume + "/second", "bs=1M", "count=48");
    assertThat(subvolumes.quota(volume).limitBytes()).isEqualTo(2 * LIMIT);
    assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThan(100 * MIB);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4096, 12 << 10, 16 << 10})
  void aSubvolumeWithNoRoomLeftIsCopiedGrownAndDeleted(long left) throws IOException {
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);
    assertThatThrownBy(() -> fill(volume.resolve("file"))).isInstanceOf(IOException.class);
    subvolumes.snapshot(volume, home.resolve("before"), true, 0);
    subvolumes.limit(volume, subvolumes.quota(volume).usedBytes() + left);
    assertThatThrownBy(() -> fill(volume.resolve("more"))).isInstanceOf(IOException.class);

    subvolumes.snapshot(volume, home.resolve("snapshot"), true, 0);
    subvolumes.snapshot(volume, home.resolve("clone"), false, LIMIT);
    subvolumes.limit(volume, 2 * LIMIT);
    asPod("dd", "if=/dev/zero", "of=" + volume + "/second", "bs=1M", "count=32");
    subvolumes.limit(volume, subvolumes.quota(volume).usedBytes() + left);
    for (String each : disk.list(home)) {
      subvolumes.delete(home.resolve(each));
    }

    assertThat(home).isEmptyDirectory();
  }

  @Test
  void whatIsWrittenCountsBeforeItIsOnDisk() throws IOException {
    subvolumes.create(volume, LIMIT);

    Files.write(volume.resolve("file"), new byte[(int) (10 * MIB)]);

    assertThat(subvolumes.quota(volume).usedBytes()).isBetween(10 * MIB, 12 * MIB);
  }

  @Test
  void aFullSubvolumeWithNestedOnesIsDeletedAndItsSpaceComesBack() throws IOException {
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);
    asPod("btrfs", "subvolume", "create", volume + "/a");
    asPod("mkdir", "-p", volume + "/dir/dir");
    asPod("btrfs", "subvolume", "create", volume + "/dir/dir/b");
    asPod("btrfs", "subvolume", "create", volume + "/dir/dir/b/c");
    assertThatThrownBy(() -> fill(volume.resolve("dir/dir/b/c/f"))).isInstanceOf(IOException.class);

    subvolumes.delete(volume);
    subvolumes.delete(volume);

    assertThat(volume).doesNotExist();
    assertThat(home).isEmptyDirectory();
    clean();
    assertThat(disk.space(btrfs.mountPoint()).availableBytes()).isGreaterThan(700 * MIB);
  }

  @Test
  void theGroupOfADeletedSubvolumeIsReclaimedWhenItHasBeenCleanedAway() throws IOException {
    subvolumes.create(volume, LIMIT);
    subvolumes.delete(volume);
    clean();
    assertThat(subvolumes.cleaning(home)).isFalse();
    subvolumes.create(volume, LIMIT);

    subvolumes.reclaim(home);

    try (Fd fd = Syscalls.open(volume, O_RDONLY)) {
      Path groups = QuotaGroups.of(fd).sysfs();
      assertThat(disk.list(groups).stream().filter(name -> name.startsWith("1_")).toList())
          .hasSize(1);
    }
  }

  @Test
  void moreNestedSubvolumesThanOneAnswerHoldsAreAllDeleted() throws IOException {
    subvolumes.create(volume, LIMIT);
    for (int i = 0; i < 150; i++) {
      Path nested = volume.resolve("a-rather-long-name-of-a-nested-subvolume-" + i);
      Processes.run(Command.of("btrfs", "subvolume", "create", nested.toString()));
    }

    subvolumes.delete(volume);

    assertThat(volume).doesNotExist();
  }

  @Test
  void readOnlySubvolumesOfThePodAreDeletedToo() throws IOException {
    subvolumes.create(volume, LIMIT);
    giveToPod(volume);
    asPod("btrfs", "subvolume", "create", volume + "/n");
    asPod("btrfs", "subvolume", "create", volume + "/n/m");
    asPod("mkdir", volume + "/n/m/dir");
    asPod("btrfs", "property", "set", "-ts", volume + "/n/m", "ro", "true");
    asPod("btrfs", "property", "set", "-ts", volume + "/n", "ro", "true");
    asPod("btrfs", "property", "set", "-ts", volume.toString(), "ro", "true");

    subvolumes.delete(volume);

    assertThat(volume).doesNotExist();
  }

  @Test
  void subvolumesDeeperThanAnyPathAreDeletedToo() throws IOException {
    subvolumes.create(volume, LIMIT);
    String name = "d".repeat(250);
    Fd at = Syscalls.open(volume, O_RDONLY, O_DIRECTORY);
    for (int i = 0; i < 100; i++) {
      try (Fd parent = at) {
        if (i % 10 == 0) {
          BtrfsIoctl.createSubvolume(parent, name);
        } else {
          Syscalls.mkdirat(parent, name, 0700);
        }
        at = Syscalls.openat(parent, name, O_RDONLY, O_DIRECTORY);
      }
    }
    at.close();

    subvolumes.delete(volume);

    assertThat(volume).doesNotExist();
  }

  @Test
  void aTreeOfADirectoryEndsAtASubvolumeInIt() throws IOException {
    Path tree = Files.createDirectory(home.resolve("tree"));
    subvolumes.create(tree.resolve("sub"), LIMIT);
    Path file = Files.createFile(tree.resolve("sub/file"));

    refused(Errno.EXDEV, () -> disk.removeTree(tree));

    assertThat(file).exists();
  }
}
