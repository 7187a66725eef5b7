package dev.nook.linux.fs;

import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.fs.format.HostFileSystems;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A filesystem in a file on a loop device, mounted, by the host's own tools; closing takes all of
/// it away again.
public final class MountedImage implements AutoCloseable {
  private static final KernelDisk DISK = new KernelDisk();

  private final Path image;
  private final Path mountPoint;
  private final Path device;

  private MountedImage(Path image, Path mountPoint, Path device) {
    this.image = image;
    this.mountPoint = mountPoint;
    this.device = device;
  }

  public static MountedImage of(Path directory, FileSystemType type, long bytes, String... options)
      throws IOException {
    Path image = directory.resolve(type + ".img");
    DISK.allocate(image, bytes, Allocation.SPARSE);
    new HostFileSystems().format(image, type, UUID.randomUUID(), Allocation.SPARSE);
    Path mountPoint = Files.createDirectory(directory.resolve(type + ".mnt"));
    Command attach = Command.of("losetup", "-f", "--show", "-b", "4096", image.toString());
    MountedImage mounted =
        new MountedImage(image, mountPoint, Path.of(Processes.run(attach).out().strip()));
    try {
      mounted.mount(options);
    } catch (IOException e) {
      mounted.close();
      throw e;
    }
    return mounted;
  }

  public void mount(String... options) throws IOException {
    Command mount = Command.of("mount", options);
    Processes.run(mount.with(device.toString(), mountPoint.toString()));
  }

  public void unmount() throws IOException {
    Processes.run(Command.of("umount", mountPoint.toString()));
  }

  /// Makes the file and its device larger, the filesystem not.
  public void enlarge(long bytes) throws IOException {
    DISK.grow(image, bytes, Allocation.SPARSE);
    Processes.run(Command.of("losetup", "-c", device.toString()));
  }

  public Path image() {
    return image;
  }

  public Path mountPoint() {
    return mountPoint;
  }

  public Path device() {
    return device;
  }

  @Override
  public void close() throws IOException {
    try {
      Processes.run(Command.of("umount", "-R", mountPoint.toString()).accepting(0, 1, 32));
    } finally {
      Processes.run(Command.of("losetup", "-d", device.toString()));
    }
  }
}
