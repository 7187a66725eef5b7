package dev.nook.driver.soak;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A folder with a pool of every kind: an XFS image, a btrfs image, and a directory on ext4.
/// Whatever a run leaves in it is removed.
final class Ground implements AutoCloseable {
  static final List<String> POOLS = List.of("xfs", "btrfs", "plain");

  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final long EXT4_BYTES = 2L << 30;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final Path folder;
  private final RealPool ext4;

  Ground(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("kubelet"));
    ext4 = RealPool.create(folder, FileSystemType.EXT4, EXT4_BYTES);
    Files.createDirectories(pool("plain"));
  }

  Path pool(String name) {
    return name.equals("plain") ? ext4.path().resolve("plain") : folder.resolve(name);
  }

  /// Returns the pools as `--pool` flags.
  List<String> flags() {
    return List.of(
        "xfs=%s,image=3Gi".formatted(pool("xfs")),
        "btrfs=%s,image=2Gi,fs=btrfs".formatted(pool("btrfs")),
        "plain=" + pool("plain"));
  }

  /// Waits until the trash is empty.
  void awaitEmptyTrash() throws IOException, InterruptedException {
    for (String pool : POOLS) {
      Path trash = pool(pool).resolve("trash");
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!isEmpty(trash)) {
        if (System.nanoTime() > end) {
          throw new AssertionError(trash + " is not emptied");
        }
        Thread.sleep(100);
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /// Returns the files of this folder that are attached to loop devices, without those of the pools
  /// themselves.
  List<Path> attached() throws IOException {
    return devices().stream()
        .map(Device::file)
        .filter(file -> !folder.equals(file.getParent()))
        .toList();
  }

  /// Returns what is mounted in kubelet's folder.
  List<Path> shown() throws IOException {
    return mounts().stream().filter(at -> at.startsWith(folder.resolve("kubelet"))).toList();
  }

  private record Device(Path device, Path file) {}

  private List<Device> devices() throws IOException {
    List<Device> devices = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      for (Path device : all) {
        Path file = file(device);
        if (file.startsWith(folder)) {
          devices.add(new Device(Path.of("/dev").resolve(device.getFileName()), file));
        }
      }
    }
    return devices;
  }

  private static Path file(Path device) {
    try {
      return Path.of(Files.readString(device.resolve("loop/backing_file")).strip());
    } catch (IOException _) { // Detached, now or before.
      return Path.of("/");
    }
  }

  private List<Path> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> Path.of(line.split(" ")[4].replace("\\040", " ")))
        .filter(at -> at.startsWith(folder))
        .toList();
  }

  /// Unmounts and detaches what is left, volumes before their pools.
  @Override
  public void close() throws IOException {
    takeBack("kubelet");
    for (Path file : attached()) {
      detach(file);
    }
    for (String pool : List.of("xfs", "btrfs")) {
      takeBack(pool);
      detach(folder.resolve(pool + ".img"));
    }
    ext4.close();
  }

  private void takeBack(String part) throws IOException {
    for (Path at : mounts().reversed()) {
      if (at.startsWith(folder.resolve(part))) {
        Processes.run(Command.of("umount", at.toString()));
      }
    }
  }

  private void detach(Path file) throws IOException {
    for (Device attached : devices()) {
      if (attached.file.equals(file)) {
        Processes.run(Command.of("losetup", "--detach", attached.device.toString()));
      }
    }
  }
}
