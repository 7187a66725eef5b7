package dev.nook.testing.fake;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A loop device with something attached. Its node is a hard link to the backing file, so the bytes
/// stay readable through it when the file's name is removed.
final class Attached {
  final int number;
  final Path device;
  final Path node;
  final Place backing;
  final long backingDevice;
  final long backingInode;
  final Access access;
  String label;

  /// The device below a read-only view.
  final Optional<Attached> lower;

  /// The descriptor that keeps the mount of the backing file busy.
  final Closeable descriptor;

  long bytes;
  int opens;

  Attached(
      int number,
      Path device,
      Path node,
      Place backing,
      Access access,
      String label,
      Optional<Attached> lower,
      Closeable descriptor)
      throws IOException {
    this.number = number;
    this.device = device;
    this.node = node;
    this.backing = backing;
    this.backingInode = lower.isPresent() ? lower.get().number : backing.inode();
    this.backingDevice = backing.device();
    this.access = access;
    this.label = label;
    this.lower = lower;
    this.descriptor = descriptor;
    Files.deleteIfExists(node);
    Files.createLink(node, backing.real());
    resize();
  }

  /// Returns the number of a loop device, from the file name of its node.
  static Optional<Integer> number(Path node) {
    String name = node.getFileName().toString();
    return name.matches("loop[0-9]{1,7}")
        ? Optional.of(Integer.parseInt(name.substring(4)))
        : Optional.empty();
  }

  static long rdev(int number) {
    return (7L << 8) | (number & 0xff) | ((long) (number & ~0xff) << 12);
  }

  /// Whether this file is attached.
  boolean shows(Superblock superblock, long inode) {
    return lower.isEmpty() && backing.superblock() == superblock && backingInode == inode;
  }

  /// Whether this is a view of the device.
  boolean shows(Attached device) {
    return lower.isPresent() && lower.get() == device;
  }

  void resize() throws IOException {
    bytes = lower.isPresent() ? lower.get().bytes : Files.size(node) / 512 * 512;
  }

  /// Leaves an empty node, as a detach does.
  void forgetNode() {
    try {
      if ((Integer) Files.getAttribute(node, "unix:nlink") == 1) {
        backing.superblock().blocks.leaving(backingInode);
        backing.superblock().blocks.release(backingInode);
      }
      Files.delete(node);
      Files.createFile(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Loop loop() {
    return new Loop(
        device,
        rdev(number),
        backingDevice,
        backingInode,
        lower.map(below -> rdev(below.number)).orElse(0L),
        backing.path().toString(),
        bytes,
        access == Access.READ_ONLY,
        true,
        label);
  }

  @Override
  public String toString() {
    return "loop device %s of %s".formatted(device, backing.path());
  }
}
