package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Rules for subvolumes on btrfs.
interface SubvolumesContract extends Ground {
  @Test
  default void aSubvolumeHasItsLimitFromTheStart() throws IOException {
    assertThat(subvolumes().enforced(folder())).isTrue();

    subvolumes().create(in("subvolume"), 64 * MIB);

    assertThat(subvolumes().isSubvolume(in("subvolume"))).isTrue();
    assertThat(subvolumes().quota(in("subvolume")).limitBytes()).isEqualTo(64 * MIB);
    assertThat(subvolumes().quota(in("subvolume")).usedBytes()).isLessThan(MIB);
    subvolumes().limit(in("subvolume"), 128 * MIB);
    assertThat(subvolumes().quota(in("subvolume")).limitBytes()).isEqualTo(128 * MIB);
  }

  @Test
  default void everySubvolumeHasADeviceNumberOfItsOwnThatNoMountShows() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    file("subvolume/file", "");
    Path target = directory("target");

    mounts().bind(in("subvolume"), target, MountFlags.NONE);

    long inside = disk().stat(in("subvolume/file")).orElseThrow().device();
    assertThat(disk().stat(in("subvolume")).orElseThrow().device()).isEqualTo(inside);
    assertThat(disk().stat(target).orElseThrow().device()).isEqualTo(inside);
    assertThat(disk().stat(folder()).orElseThrow().device()).isNotEqualTo(inside);
    assertThat(mounts().at(target).getFirst().root()).endsWith("/subvolume");
    assertThat(mounts().all()).noneMatch(entry -> entry.device() == inside);
    mounts().unmount(target);
  }

  @Test
  default void aSubvolumeIsMadeWhereNothingStands() throws IOException {
    directory("directory");

    refused(Errno.EEXIST, () -> subvolumes().create(in("directory"), MIB));
    refused(Errno.EEXIST, () -> subvolumes().create(file("file", ""), MIB));
    refused(Errno.ENOENT, () -> subvolumes().create(in("missing/subvolume"), MIB));
    assertThat(subvolumes().isSubvolume(in("directory"))).isFalse();
    assertThat(subvolumes().isSubvolume(in("missing"))).isFalse();
    assertThat(subvolumes().isSubvolume(in("file"))).isFalse();
    refused(Errno.EINVAL, () -> subvolumes().quota(in("directory")));
    refused(Errno.EINVAL, () -> subvolumes().limit(in("directory"), MIB));
    refused(Errno.EINVAL, () -> subvolumes().delete(in("directory")));
    refused(Errno.ENOENT, () -> subvolumes().quota(in("missing")));
  }

  @Test
  default void deletingTakesNestedSubvolumesToo() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    file("subvolume/file", "hello");
    subvolumes().create(in("subvolume/nested"), 64 * MIB);
    file("subvolume/nested/file", "hello");

    subvolumes().delete(in("subvolume"));
    subvolumes().delete(in("subvolume"));

    assertThat(disk().stat(in("subvolume"))).isEmpty();
  }

  @Test
  default void removeTreeCrossesIntoNoSubvolume() throws IOException {
    directory("tree");
    subvolumes().create(in("tree/subvolume"), 64 * MIB);
    file("tree/subvolume/file", "hello");

    refused(Errno.EXDEV, () -> disk().removeTree(in("tree")));

    assertThat(disk().stat(in("tree/subvolume/file"))).isPresent();
    subvolumes().delete(in("tree/subvolume"));
  }

  @Test
  default void whatIsMovedStaysASubvolume() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);

    disk().rename(in("subvolume"), in("moved"));

    assertThat(subvolumes().quota(in("moved")).limitBytes()).isEqualTo(64 * MIB);
    subvolumes().delete(in("moved"));
  }

  @Test
  default void aReadOnlySnapshotKeepsWhatTheSubvolumeHeld() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    file("subvolume/file", "before");

    subvolumes().snapshot(in("subvolume"), in("snapshot"), true, 0);
    disk().remove(in("subvolume/file"));
    file("subvolume/file", "after");

    assertThat(Files.readString(contentOf(in("snapshot/file")))).isEqualTo("before");
    assertThat(subvolumes().isSubvolume(in("snapshot"))).isTrue();
    refused(Errno.EROFS, () -> file("snapshot/other", ""));
    refused(Errno.EROFS, () -> disk().remove(in("snapshot/file")));
    refused(Errno.ENOENT, () -> subvolumes().quota(in("snapshot")));
    refused(Errno.ENOENT, () -> subvolumes().limit(in("snapshot"), MIB));
    subvolumes().delete(in("subvolume"));
    assertThat(Files.readString(contentOf(in("snapshot/file")))).isEqualTo("before");
    subvolumes().delete(in("snapshot"));
    subvolumes().reclaim(folder());
    assertThat(disk().stat(in("snapshot"))).isEmpty();
  }

  @Test
  default void aWritableSnapshotIsASubvolumeOfItsOwn() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    disk().chmod(in("subvolume"), 0751);
    disk().write(in("subvolume/file"), new byte[(int) (8 * MIB)]);
    subvolumes().snapshot(in("subvolume"), in("snapshot"), true, 0);

    subvolumes().snapshot(in("snapshot"), in("clone"), false, 32 * MIB);

    assertThat(subvolumes().quota(in("clone")).limitBytes()).isEqualTo(32 * MIB);
    assertThat(subvolumes().quota(in("clone")).usedBytes()).isLessThan(MIB);
    disk().write(in("clone/other"), new byte[(int) (8 * MIB)]);
    assertThat(subvolumes().quota(in("clone")).usedBytes()).isBetween(8 * MIB, 9 * MIB);
    assertThat(Files.getPosixFilePermissions(contentOf(in("clone"))))
        .isEqualTo(Files.getPosixFilePermissions(contentOf(in("subvolume"))));
    assertThat(disk().list(in("snapshot"))).containsExactly("file");
    assertThat(disk().stat(in("clone")).orElseThrow().device())
        .isNotEqualTo(disk().stat(in("subvolume")).orElseThrow().device());
    for (String each : new String[] {"subvolume", "snapshot", "clone"}) {
      subvolumes().delete(in(each));
    }
  }

  @Test
  default void aNestedSubvolumeIsFoundAndIsAnEmptyDirectoryInASnapshot() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    directory("subvolume/directory");
    assertThat(subvolumes().nested(in("subvolume"))).isEmpty();
    subvolumes().create(in("subvolume/directory/nested"), 64 * MIB);
    file("subvolume/directory/nested/file", "hello");

    assertThat(subvolumes().nested(in("subvolume"))).contains(in("subvolume/directory/nested"));
    subvolumes().snapshot(in("subvolume"), in("snapshot"), true, 0);

    assertThat(disk().list(in("snapshot/directory/nested"))).isEmpty();
    assertThat(subvolumes().nested(in("snapshot"))).isEmpty();
    subvolumes().delete(in("subvolume"));
    subvolumes().delete(in("snapshot"));
  }

  @Test
  default void aSnapshotIsMadeOnlyOfASubvolumeAndWhereNothingStands() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    directory("directory");

    refused(Errno.EINVAL, () -> subvolumes().snapshot(in("directory"), in("new"), true, 0));
    refused(Errno.ENOENT, () -> subvolumes().snapshot(in("missing"), in("new"), true, 0));
    refused(Errno.EEXIST, () -> subvolumes().snapshot(in("subvolume"), in("directory"), true, 0));
    refused(Errno.ENOENT, () -> subvolumes().snapshot(in("subvolume"), in("no/new"), true, 0));
    refused(Errno.EINVAL, () -> subvolumes().nested(in("directory")));
    refused(Errno.ENOENT, () -> subvolumes().reclaim(in("missing")));
    refused(Errno.ENOENT, () -> subvolumes().cleaning(in("missing")));
    assertThat(disk().stat(in("new"))).isEmpty();
    subvolumes().delete(in("subvolume"));
  }

  @Test
  default void aReadOnlySnapshotMovesOnlyWithTheDirectoryAroundIt() throws IOException {
    subvolumes().create(in("subvolume"), 64 * MIB);
    directory("home");
    subvolumes().snapshot(in("subvolume"), in("home/snapshot"), true, 0);

    refused(Errno.EROFS, () -> disk().rename(in("home/snapshot"), in("snapshot")));
    disk().rename(in("home/snapshot"), in("home/other"));
    disk().rename(in("home"), in("moved"));

    assertThat(subvolumes().isSubvolume(in("moved/other"))).isTrue();
    subvolumes().delete(in("moved/other"));
    subvolumes().delete(in("subvolume"));
  }
}
