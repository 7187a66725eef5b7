package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk.Held;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts.Entry;
import dev.nook.linux.syscall.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules for every [Mounts].
interface MountsContract extends Ground {
  private void mount(Loop loop, Path directory, MountFlags flags) throws IOException {
    mounts().mount(loop.device(), directory, FileSystemType.EXT4, flags);
  }

  @Test
  default void aMountShowsTheImageAndHidesWhatLayBelow() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");
    file("target/hidden", "");

    mount(loop, target, MountFlags.NONE);

    Entry entry = only(target);
    assertThat(entry.device()).isEqualTo(loop.rdev());
    assertThat(entry.root()).isEqualTo("/");
    assertThat(entry.fsType()).isEqualTo("ext4");
    assertThat(entry.source()).isEqualTo(loop.device().toString());
    assertThat(entry.flags()).contains("rw", "nodev");
    assertThat(entry.readOnly()).isFalse();
    assertThat(disk().stat(target).orElseThrow().device()).isEqualTo(loop.rdev());
    assertThat(disk().stat(target.resolve("hidden"))).isEmpty();
    mounts().unmount(target);
    assertThat(mounts().at(target)).isEmpty();
    assertThat(disk().stat(target.resolve("hidden"))).isPresent();
  }

  @Test
  default void dataStaysInTheImage() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path first = directory("first");
    Path second = directory("second");
    mount(loop, first, MountFlags.NONE);
    Files.writeString(contentOf(first).resolve("file"), "hello");
    mounts().unmount(first);

    mount(loop, second, MountFlags.NONE);

    assertThat(Files.readString(contentOf(second).resolve("file"))).isEqualTo("hello");
    assertThat(disk().list(first)).isEmpty();
  }

  @Test
  default void onlyAnAttachedBlockDeviceCanBeMounted() throws IOException {
    Path image = formatted("image", FileSystemType.EXT4);
    Path target = directory("target");
    Loop loop = attach(image);
    linux().loops().detach(loop.device());

    refused(Errno.ENOENT, () -> mount(in("missing"), target));
    // ENOTBLK, which Errno does not name.
    refused(Errno.OTHER, () -> mount(image, target));
    refused(Errno.OTHER, () -> mount(directory("directory"), target));
    assertThatThrownBy(() -> mount(loop.device(), target)).isInstanceOf(IOException.class);
    assertThat(mounts().at(target)).isEmpty();
  }

  private void mount(Path device, Path directory) throws IOException {
    mounts().mount(device, directory, FileSystemType.EXT4, MountFlags.NONE);
  }

  @Test
  default void aMountNeedsADirectoryThatIsThere() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path directory = directory("directory");

    refused(Errno.ENOENT, () -> mount(loop, in("missing"), MountFlags.NONE));
    refused(Errno.ENOTDIR, () -> mount(loop, file("file", ""), MountFlags.NONE));
    Path link = Files.createSymbolicLink(in("link"), directory);
    refused(Errno.ELOOP, () -> mount(loop, link, MountFlags.NONE));
    assertThat(mounts().at(directory)).isEmpty();
  }

  @Test
  default void anUnformattedDeviceOrOneOfAnotherTypeIsInvalid() throws IOException {
    Path target = directory("target");
    Loop blank = attach(image("blank", 64 * MIB));
    Loop ext4 = attach(formatted("image", FileSystemType.EXT4));

    refused(Errno.EINVAL, () -> mount(blank, target, MountFlags.NONE));
    refused(
        Errno.EINVAL,
        () -> mounts().mount(ext4.device(), target, FileSystemType.XFS, MountFlags.NONE));
  }

  @Test
  default void aFilesystemLargerThanItsDeviceIsInvalid() throws IOException {
    Path image = formatted("image", FileSystemType.EXT4);
    Path target = directory("target");
    try (FileChannel channel = FileChannel.open(contentOf(image), StandardOpenOption.WRITE)) {
      channel.truncate(32 * MIB);
    }

    Loop loop = attach(image);

    refused(Errno.EINVAL, () -> mount(loop, target, MountFlags.NONE));
  }

  @Test
  default void aMountedDeviceIsSharedButNotOnTopOfItselfAndNotWithOtherAccess() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path first = directory("first");
    Path second = directory("second");
    mount(loop, first, MountFlags.NONE);

    refused(Errno.EBUSY, () -> mount(loop, first, MountFlags.NONE));
    refused(Errno.EBUSY, () -> mount(loop, second, MountFlags.READ_ONLY));
    refused(
        Errno.EBUSY,
        () -> mounts().mount(loop.device(), second, FileSystemType.XFS, MountFlags.NONE));
    mount(loop, second, MountFlags.NONE);

    Files.writeString(contentOf(first).resolve("file"), "hello");
    assertThat(Files.readString(contentOf(second).resolve("file"))).isEqualTo("hello");
  }

  @Test
  default void aReadOnlyMountRefusesWrites() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");

    mount(loop, target, MountFlags.READ_ONLY);

    assertThat(only(target).readOnly()).isTrue();
    assertThat(only(target).superFlags()).contains("ro");
    refused(Errno.EROFS, () -> disk().makeDirectory(target.resolve("directory")));
    refused(Errno.EROFS, () -> disk().write(target.resolve("file"), new byte[1]));
  }

  @Test
  default void aReadOnlyDeviceIsMountedReadOnlyOrNotAtAll() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4), Access.READ_ONLY);
    Path target = directory("target");

    refused(Errno.EACCES, () -> mount(loop, target, MountFlags.NONE));
    mount(loop, target, MountFlags.READ_ONLY);

    assertThat(only(target).readOnly()).isTrue();
  }

  @Test
  default void twoXfsOfOneUuidAreNotMountedTogether() throws IOException {
    UUID uuid = UUID.randomUUID();
    Loop first = attach(formatted("first.img", FileSystemType.XFS, uuid));
    Loop second = attach(formatted("second.img", FileSystemType.XFS, uuid));
    Path a = directory("a");
    Path b = directory("b");
    mounts().mount(first.device(), a, FileSystemType.XFS, MountFlags.NONE);

    refused(
        Errno.EINVAL,
        () -> mounts().mount(second.device(), b, FileSystemType.XFS, MountFlags.NONE));
    mounts().unmount(a);
    mounts().mount(second.device(), b, FileSystemType.XFS, MountFlags.NONE);
  }

  @Test
  default void stackedMountsComeOffOneByOne() throws IOException {
    Path lower = directory("lower");
    Path upper = directory("upper");
    Path target = directory("target");
    file("lower/low", "");
    file("upper/up", "");
    mounts().bind(lower, target, MountFlags.NONE);
    mounts().bind(upper, target, MountFlags.NONE);

    assertThat(mounts().at(target)).hasSize(2);
    assertThat(mounts().at(target).getFirst().root()).endsWith("/lower");
    assertThat(disk().list(target)).containsExactly("up");
    mounts().unmount(target);
    assertThat(disk().list(target)).containsExactly("low");
    mounts().unmount(target);
    refused(Errno.EINVAL, () -> mounts().unmount(target));
  }

  @Test
  default void nothingIsUnmountedWhereNothingIsMounted() throws IOException {
    Path target = directory("target");
    Path link = Files.createSymbolicLink(in("link"), target);
    mounts().bind(directory("from"), target, MountFlags.NONE);

    refused(Errno.ENOENT, () -> mounts().unmount(in("missing")));
    refused(Errno.EINVAL, () -> mounts().unmount(in("from")));
    refused(Errno.EINVAL, () -> mounts().unmount(link));
    assertThat(mounts().at(target)).hasSize(1);
  }

  @Test
  default void aPathIsSeenAsTheWholeTableShowsIt() throws IOException {
    Path ext4 = directory("ext4");
    mount(attach(formatted("ext4.img", FileSystemType.EXT4)), ext4, MountFlags.of("noatime"));
    Path readOnly = directory("read only");
    mounts().bind(directory("from"), readOnly, MountFlags.of("ro", "nosuid", "noexec"));
    Path stack = directory("stack");
    mounts().bind(directory("lower"), stack, MountFlags.of("nodiratime"));
    mounts().bind(ext4, stack, MountFlags.of("strictatime"));
    Path node = file("node", "");
    mounts().bind(attach(image("image", MIB)).device(), node, MountFlags.NONE);
    List<Path> paths =
        List.of(
            ext4,
            readOnly,
            stack,
            node,
            in("from"),
            in("missing"),
            in("image").resolve("below"),
            Files.createSymbolicLink(in("link"), ext4));

    MountView all = mounts().view();

    for (Path path : paths) {
      assertThat(mounts().at(path)).as(path.toString()).isEqualTo(all.at(path));
      assertThat(mounts().view(List.of(path)).here()).as(path.toString()).isEqualTo(all.at(path));
    }
    assertThat(mounts().view(paths).here()).hasSize(5).isSubsetOf(all.here());
  }

  @Test
  default void aHeldMountStaysTheSameWhateverItsPathShows() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");
    mount(loop, target, MountFlags.NONE);
    file("target/file", "");

    try (HeldMount held = mounts().hold(target).orElseThrow()) {
      assertThat(held.entry()).contains(only(target));
      assertThat(held.usage()).isEqualTo(fileSystems().usage(target));
      mounts().bind(directory("over"), target, MountFlags.NONE);

      assertThat(disk().list(target)).isEmpty();
      assertThat(held.usage().totalBytes()).isBetween(32 * MIB, 64 * MIB);
      assertThat(held.entry()).contains(mounts().view().at(target).getFirst());
      assertThat(fileSystems().usage(held.path())).isEqualTo(held.usage());
      mounts().unmount(target);
      refused(Errno.EBUSY, () -> mounts().unmount(target));
    }

    mounts().unmount(target);
    assertThat(mounts().hold(target)).isEmpty();
  }

  @Test
  default void onlyTheRootOfAMountIsHeld() throws IOException {
    Path target = directory("target");
    directory("from");
    directory("from/below");
    Path link = Files.createSymbolicLink(in("link"), target);
    Path file = file("file", "");
    mounts().bind(in("from"), target, MountFlags.NONE);
    mounts().bind(attach(image("image", MIB)).device(), file, MountFlags.NONE);

    for (Path path :
        List.of(in("missing"), in("missing/too"), in("from"), link, target.resolve("below"))) {
      assertThat(mounts().hold(path)).as(path.toString()).isEmpty();
    }
    for (Path path : List.of(target, file)) {
      try (HeldMount held = mounts().hold(path).orElseThrow()) {
        assertThat(held.entry()).contains(only(path));
      }
    }
  }

  @Test
  default void aMountLiesOnOnePlaceByWhateverNameItIsSeen() throws IOException {
    directory("one");
    directory("one/target");
    directory("two");
    directory("other");
    Path from = directory("from");
    mounts().bind(in("one"), in("two"), MountFlags.NONE);
    mounts().bind(from, in("one/target"), MountFlags.NONE);
    mounts().bind(from, in("other"), MountFlags.NONE);
    mounts().bind(from, in("one/target"), MountFlags.NONE);
    if (mounts().at(in("two/target")).isEmpty()) { // Not shared: nothing is copied.
      mounts().bind(from, in("two/target"), MountFlags.NONE);
    }

    MountView view = mounts().view();

    List<MountView.Place> places =
        Stream.of("one/target", "two/target")
            .flatMap(name -> view.at(in(name)).stream())
            .map(view::place)
            .distinct()
            .toList();
    assertThat(places).hasSize(1);
    assertThat(view.place(only(in("other")))).isNotIn(places);
  }

  @Test
  default void whatIsInUseStaysMounted() throws IOException {
    Path target = directory("target");
    mount(attach(formatted("image", FileSystemType.EXT4)), target, MountFlags.NONE);

    try (Closeable _ = holdOpen(target)) {
      refused(Errno.EBUSY, () -> mounts().unmount(target));
    }
    try (Held _ = disk().tryLock(target.resolve("lock")).orElseThrow()) {
      refused(Errno.EBUSY, () -> mounts().unmount(target));
    }
    Loop inside = attach(image("target/image", MIB));
    refused(Errno.EBUSY, () -> mounts().unmount(target));
    linux().loops().detach(inside.device());
    directory("target/below");
    mounts().bind(in("image").resolveSibling("target"), in("target/below"), MountFlags.NONE);
    refused(Errno.EBUSY, () -> mounts().unmount(target));
    mounts().unmount(in("target/below"));

    mounts().unmount(target);
    assertThat(mounts().at(target)).isEmpty();
  }

  @Test
  default void noMountPointIsMovedRemovedOrCrossed() throws IOException {
    Path tree = directory("tree");
    Path target = directory("tree/target");
    mount(attach(formatted("image", FileSystemType.EXT4)), target, MountFlags.NONE);
    Path precious = target.resolve("precious");
    disk().makeDirectory(precious);

    refused(Errno.EBUSY, () -> disk().remove(target));
    refused(Errno.EBUSY, () -> disk().rename(target, in("moved")));
    refused(Errno.EXDEV, () -> disk().rename(precious, in("moved")));
    refused(Errno.EXDEV, () -> disk().removeTree(tree));
    refused(Errno.EXDEV, () -> disk().removeTree(target));

    assertThat(disk().stat(precious)).isPresent();
  }

  @Test
  default void aFlagThatIsNotAllowedReachesNoMount() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");
    MountFlags evil = MountFlags.of("dev");

    assertThatThrownBy(() -> mount(loop, target, evil))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(mounts().at(target)).isEmpty();
  }
}
