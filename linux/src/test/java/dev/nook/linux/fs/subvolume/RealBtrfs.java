package dev.nook.linux.fs.subvolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.MountedImage;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A btrfs with simple quotas on, in which a pod can reach a volume.
abstract class RealBtrfs {
  static final long MIB = 1 << 20;
  static final long LIMIT = 64 * MIB;

  final BtrfsSubvolumes subvolumes = new BtrfsSubvolumes();
  final KernelDisk disk = new KernelDisk();
  @TempDir Path dir;
  MountedImage btrfs;
  Path home;
  Path volume;

  /// Every directory down to the volume can be passed by the pod, which in a pool it cannot.
  @BeforeEach
  void mountBtrfs() throws IOException {
    disk.chmod(dir, 0755);
    btrfs = MountedImage.of(dir, FileSystemType.BTRFS, 1 << 30, options());
    home = Files.createDirectory(btrfs.mountPoint().resolve("home"));
    volume = home.resolve("data");
    subvolumes.enableQuotas(btrfs.mountPoint());
  }

  /// The kernel commits every second by itself, so that nothing takes long.
  String[] options() {
    return new String[] {"-o", "commit=1"};
  }

  @AfterEach
  void unmount() throws IOException {
    btrfs.close();
  }

  static void giveToPod(Path directory) throws IOException {
    Processes.run(Command.of("chown", "65534:65534", directory.toString()));
  }

  static void fill(Path file) throws IOException {
    asPod("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=200");
  }

  static void asPod(String... argv) throws IOException {
    Processes.run(
        Command.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups").with(argv));
  }

  /// Waits for the kernel's cleaner, which starts with each commit, and for the commit after it.
  void clean() throws IOException {
    String mountPoint = btrfs.mountPoint().toString();
    Processes.run(Command.of("btrfs", "subvolume", "sync", mountPoint));
    Processes.run(Command.of("btrfs", "filesystem", "sync", mountPoint));
  }

  void quotas(String word) throws IOException {
    Processes.run(Command.of("btrfs", "quota", word, btrfs.mountPoint().toString()));
  }

  static void refused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
