package dev.nook.testing;

import static dev.nook.testing.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What every btrfs does and refuses.
interface SubvolumesContract extends Ground {
  private void onBtrfs() {
    assumeTrue(host() == FileSystemType.BTRFS, "the folder is on btrfs");
  }

  @Test
  default void onlyBtrfsHasSubvolumes() throws IOException {
    assumeTrue(host() != FileSystemType.BTRFS, "the folder is not on btrfs");

    assertThat(subvolumes().enforced(folder())).isFalse();
    assertThat(subvolumes().isSubvolume(folder())).isFalse();
    refused(Errno.ENOTTY, () -> subvolumes().create(in("subvolume"), MIB));
    refused(Errno.EINVAL, () -> subvolumes().quota(folder()));
    assertThat(disk().stat(in("subvolume"))).isEmpty();
  }

  @Test
  default void aSubvolumeHasItsLimitFromTheStart() throws IOException {
    onBtrfs();
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
    onBtrfs();
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
    onBtrfs();
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
    onBtrfs();
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
    onBtrfs();
    directory("tree");
    subvolumes().create(in("tree/subvolume"), 64 * MIB);
    file("tree/subvolume/file", "hello");

    refused(Errno.EXDEV, () -> disk().removeTree(in("tree")));

    assertThat(disk().stat(in("tree/subvolume/file"))).isPresent();
    subvolumes().delete(in("tree/subvolume"));
  }

  @Test
  default void whatIsMovedStaysASubvolume() throws IOException {
    onBtrfs();
    subvolumes().create(in("subvolume"), 64 * MIB);

    disk().rename(in("subvolume"), in("moved"));

    assertThat(subvolumes().quota(in("moved")).limitBytes()).isEqualTo(64 * MIB);
    subvolumes().delete(in("moved"));
  }
}
