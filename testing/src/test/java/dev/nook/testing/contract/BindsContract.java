package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts.Entry;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Rules for every bind mount.
interface BindsContract extends Ground {
  private void mount(Loop loop, Path directory, MountFlags flags) throws IOException {
    mounts().mount(loop.device(), directory, FileSystemType.EXT4, flags);
  }

  @Test
  default void aBindShowsTheSameFilesAndNamesTheirPlaceInTheFilesystem() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path mounted = directory("mounted");
    Path target = directory("target");
    mount(loop, mounted, MountFlags.NONE);
    directory("mounted/volumes");
    directory("mounted/volumes/data");

    mounts().bind(in("mounted/volumes/data"), target, MountFlags.NONE);

    Entry entry = only(target);
    assertThat(entry.device()).isEqualTo(only(mounted).device());
    assertThat(entry.root()).isEqualTo("/volumes/data");
    assertThat(entry.source()).isEqualTo(loop.device().toString());
    assertThat(entry.flags()).contains("rw", "nodev");
    Files.writeString(contentOf(target).resolve("file"), "hello");
    assertThat(disk().list(in("mounted/volumes/data"))).containsExactly("file");
    disk().rename(in("mounted/volumes"), in("mounted/trash"));
    assertThat(only(target).root()).isEqualTo("/trash/data");
  }

  @Test
  default void aBindOfTheFolderItselfNamesItsPlaceBelowItsOwnMount() throws IOException {
    Path from = directory("from");
    Path target = directory("target");

    mounts().bind(from, target, MountFlags.NONE);

    Entry entry = only(target);
    Entry holder =
        mounts().all().stream()
            .filter(each -> from.startsWith(each.mountPoint()))
            .reduce((_, deeper) -> deeper)
            .orElseThrow();
    assertThat(entry.device()).isEqualTo(holder.device());
    assertThat(Path.of(entry.root()))
        .isEqualTo(Path.of(holder.root()).resolve(holder.mountPoint().relativize(from)));
    disk().remove(from);
    assertThat(only(target).root()).isEqualTo(entry.root() + "//deleted");
  }

  @Test
  default void aReadOnlyBindLeavesItsSourceWritable() throws IOException {
    Path from = directory("from");
    Path target = directory("target");

    mounts().bind(from, target, MountFlags.READ_ONLY);

    assertThat(only(target).flags()).contains("ro");
    assertThat(only(target).superFlags()).contains("rw");
    refused(Errno.EROFS, () -> disk().write(target.resolve("file"), new byte[1]));
    disk().write(from.resolve("file"), new byte[1]);
    assertThat(disk().list(target)).containsExactly("file");
  }

  @Test
  default void aBoundDeviceNodeIsTheDevice() throws IOException {
    Loop loop = attach(image("image", MIB));
    Path target = file("target", "");

    mounts().bind(loop.device(), target, MountFlags.NONE);

    Entry entry = only(target);
    assertThat(entry.root()).isEqualTo("/" + loop.device().getFileName());
    assertThat(entry.fsType()).isEqualTo("devtmpfs");
    assertThat(disk().stat(target).orElseThrow().kind()).isEqualTo(Kind.BLOCK_DEVICE);
    assertThat(disk().stat(target).orElseThrow().rdev()).isEqualTo(loop.rdev());
    mounts().unmount(target);
    assertThat(disk().stat(target).orElseThrow().kind()).isEqualTo(Kind.FILE);
  }

  @Test
  default void aBindNeedsBothEndsOfOneKind() throws IOException {
    Path directory = directory("directory");
    Path file = file("file", "");
    Path link = Files.createSymbolicLink(in("link"), directory);

    refused(Errno.ENOENT, () -> mounts().bind(in("missing"), directory, MountFlags.NONE));
    refused(Errno.ENOENT, () -> mounts().bind(directory, in("missing"), MountFlags.NONE));
    refused(Errno.ENOTDIR, () -> mounts().bind(directory, file, MountFlags.NONE));
    refused(Errno.ENOTDIR, () -> mounts().bind(file, directory, MountFlags.NONE));
    refused(Errno.ELOOP, () -> mounts().bind(directory, link, MountFlags.NONE));
    refused(Errno.ELOOP, () -> mounts().bind(link, directory, MountFlags.NONE));
    assertThat(mounts().at(directory)).isEmpty();
  }
}
