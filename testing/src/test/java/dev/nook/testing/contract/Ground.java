package dev.nook.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// The kernel on which a contract runs, and what its tests share.
interface Ground {
  long MIB = 1L << 20;
  String LABEL = "nook-contract";

  Linux linux();

  /// Returns the type of the filesystem that has [#folder].
  FileSystemType host();

  /// Returns an empty folder.
  Path folder();

  /// Returns the file in which a pod's reads and writes at a path end.
  Path contentOf(Path path);

  /// Opens a file, directory or device.
  Closeable holdOpen(Path path) throws IOException;

  default Disk disk() {
    return linux().disk();
  }

  default Mounts mounts() {
    return linux().mounts();
  }

  default FileSystems fileSystems() {
    return linux().fileSystems();
  }

  default Subvolumes subvolumes() {
    return linux().subvolumes();
  }

  default Path in(String name) {
    return folder().resolve(name);
  }

  default Path directory(String name) throws IOException {
    disk().makeDirectory(in(name));
    return in(name);
  }

  default Path file(String name, String content) throws IOException {
    disk().write(in(name), content.getBytes(StandardCharsets.UTF_8));
    return in(name);
  }

  default Path image(String name, long bytes) throws IOException {
    disk().allocate(in(name), bytes, Allocation.SPARSE);
    return in(name);
  }

  default Path formatted(String name, FileSystemType type) throws IOException {
    return formatted(name, type, UUID.randomUUID());
  }

  default Path formatted(String name, FileSystemType type, UUID uuid) throws IOException {
    Path image = image(name, Math.max(64 * MIB, type.minimumBytes()));
    fileSystems().format(image, type, uuid, Allocation.SPARSE);
    return image;
  }

  default Loop attach(Path backing) throws IOException {
    return attach(backing, Access.READ_WRITE);
  }

  default Loop attach(Path backing, Access access) throws IOException {
    return linux().loops().attach(new Attach(backing, access, true, LABEL));
  }

  /// Returns the one mount at a path.
  default Mounts.Entry only(Path mountPoint) throws IOException {
    assertThat(mounts().at(mountPoint)).hasSize(1);
    return mounts().at(mountPoint).getFirst();
  }

  static void refused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class,
            e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
  }
}
