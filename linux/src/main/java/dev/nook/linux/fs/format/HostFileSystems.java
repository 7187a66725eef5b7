package dev.nook.linux.fs.format;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.disk.Blocks;
import dev.nook.linux.fs.disk.Btrfs;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;

/// The filesystems of this host: superblocks and growth by system calls, formatting and ext4's
/// offline growth by their own tools.
public final class HostFileSystems implements FileSystems {
  @Override
  public Optional<Identity> probe(Path imageOrDevice) throws IOException {
    return Superblock.in(Image.read(imageOrDevice).head())
        .map(found -> new Identity(found.type(), found.uuid()));
  }

  @Override
  public ErrorState errors(Path imageOrDevice, FileSystemType type) throws IOException {
    return type == FileSystemType.EXT4 ? Ext4Errors.read(imageOrDevice) : ErrorState.NONE;
  }

  @Override
  public Optional<String> met(Path mountPoint) throws IOException {
    try (Fd fd = Syscalls.open(mountPoint, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
      Optional<FileSystemType> type = FileSystemType.ofMagic(Syscalls.fstatfs(fd).magic());
      return type.isEmpty()
          ? Optional.empty()
          : switch (type.get()) {
            case EXT4 -> MetErrors.ext4(fd);
            case XFS -> XfsHealth.met(fd);
            case BTRFS -> MetErrors.btrfs(fd);
          };
    }
  }

  @Override
  public void forgetAbort(Path imageOrDevice, FileSystemType type) throws IOException {
    if (type == FileSystemType.EXT4) {
      Ext4Errors.forgetAbort(imageOrDevice);
    }
  }

  @Override
  public void format(Path image, FileSystemType type, UUID uuid, Allocation allocation)
      throws IOException {
    wipe(image, allocation);
    switch (type) {
      case EXT4 -> Ext4.format(image, uuid, allocation);
      case XFS -> Xfs.format(image, uuid, allocation);
      case BTRFS -> Btrfs.format(image, uuid);
    }
    try (Fd fd = KernelDisk.openFile(image, O_RDWR)) {
      if (allocation == Allocation.FULL) {
        fillHoles(fd);
      }
    }
    verify(image, type, uuid);
  }

  private void verify(Path image, FileSystemType type, UUID uuid) throws IOException {
    Optional<Identity> found = probe(image);
    if (!found.equals(Optional.of(new Identity(type, uuid)))) {
      String holds = found.map(it -> it.type() + " " + it.uuid()).orElse("no filesystem");
      throw new IOException(
          "%s should hold %s %s, but holds %s".formatted(image, type, uuid, holds));
    }
  }

  /// Makes the whole file read as zeroes, so that no superblock of another type survives in a place
  /// that the new one leaves alone.
  private static void wipe(Path image, Allocation allocation) throws IOException {
    try (Fd fd = KernelDisk.openFile(image, O_RDWR)) {
      long bytes = Syscalls.fstat(fd).sizeBytes();
      switch (allocation) {
        case SPARSE -> Syscalls.punchHole(fd, 0, bytes);
        case FULL -> Blocks.zero(fd, bytes);
      }
    }
  }

  /// Allocates holes again that a tool may have punched into what it takes for free.
  private static void fillHoles(Fd image) throws IOException {
    Blocks.fill(image, Syscalls.fstat(image).sizeBytes());
    FileStatus now = Syscalls.fstat(image);
    if (now.allocatedBytes() < now.sizeBytes()) {
      throw new IOException(
          "%s has %d of its %d bytes allocated"
              .formatted(image, now.allocatedBytes(), now.sizeBytes()));
    }
  }

  @Override
  public void expandUnmounted(Path device, FileSystemType type) throws IOException {
    if (type == FileSystemType.EXT4 && !Capability.SYS_RESOURCE.isEffective()) {
      Ext4.expandUnmounted(device);
    }
  }

  @Override
  public void expand(Path mountPoint, FileSystemType type) throws IOException {
    try (Fd fd = Syscalls.open(mountPoint, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
      if (Syscalls.fstatfs(fd).readOnly()) {
        return;
      }
      switch (type) {
        case EXT4 -> Ext4.expand(fd);
        case XFS -> Xfs.expand(fd);
        case BTRFS -> Btrfs.expand(fd);
      }
    }
  }

  @Override
  public Usage usage(Path mountPoint) throws IOException {
    try (Fd fd = Syscalls.open(mountPoint, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
      return Usage.of(Syscalls.fstatfs(fd));
    }
  }

  @Override
  public void changeUuid(Path image, FileSystemType type, UUID uuid) throws IOException {
    require(image, type);
    changeUuid(image, type, uuid, () -> Ext4Identity.changeUuid(image, uuid));
  }

  @Override
  public void changeUuidAndHashSeed(Path image, Path template, FileSystemType type, UUID uuid)
      throws IOException {
    require(template, type);
    changeUuid(image, type, uuid, () -> Ext4Identity.changeUuidAndHashSeed(image, template, uuid));
  }

  private void require(Path image, FileSystemType type) throws IOException {
    if (probe(image).filter(found -> found.type() == type).isEmpty()) {
      throw new SystemCallException(
          "change the UUID of " + type + " in", image.toString(), Errno.EINVAL);
    }
  }

  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  private void changeUuid(Path image, FileSystemType type, UUID uuid, Change ext4)
      throws IOException {
    switch (type) {
      case EXT4 -> ext4.run();
      case XFS -> Xfs.changeUuid(image, uuid);
      case BTRFS ->
          throw new SystemCallException("change the UUID of", image.toString(), Errno.EOPNOTSUPP);
    }
    verify(image, type, uuid);
  }

  @Override
  public String formatter(FileSystemType type) throws IOException {
    Path program = Processes.program("mkfs." + type.kernelName()).toRealPath();
    var file = Files.readAttributes(program, BasicFileAttributes.class);
    return "%s %s %d %s"
        .formatted(program, file.fileKey(), file.size(), file.lastModifiedTime().toInstant());
  }
}
