package dev.nook.linux;

import dev.nook.linux.block.KernelLoopDevices;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.extent.KernelExtents;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.fs.format.HostFileSystems;
import dev.nook.linux.fs.subvolume.BtrfsSubvolumes;
import dev.nook.linux.mount.KernelMounts;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.repair.CagedRepairs;
import dev.nook.linux.repair.FileSystemRepairs;
import dev.nook.linux.syscall.Syscalls;

/// What Nook asks of the kernel, as seven ports. A test can replace one of them, or number its
/// calls, without a change above.
public record Linux(
    Mounts mounts,
    LoopDevices loops,
    FileSystems fileSystems,
    Disk disk,
    Subvolumes subvolumes,
    Extents extents,
    FileSystemRepairs repairs) {
  /// Returns the ports of the kernel that this process runs on.
  public static Linux host() {
    return new Linux(
        new KernelMounts(),
        new KernelLoopDevices(),
        new HostFileSystems(),
        new KernelDisk(),
        new BtrfsSubvolumes(),
        new KernelExtents(),
        new CagedRepairs());
  }

  /// Loads what system calls need, which takes a tenth of a second, and which the first of them
  /// would do else. May run beside anything.
  public static void prepare() {
    Syscalls.prepare();
  }

  /// Returns the same ports with another disk.
  public Linux with(Disk other) {
    return new Linux(mounts, loops, fileSystems, other, subvolumes, extents, repairs);
  }

  public Linux with(FileSystems other) {
    return new Linux(mounts, loops, other, disk, subvolumes, extents, repairs);
  }

  public Linux with(Subvolumes other) {
    return new Linux(mounts, loops, fileSystems, disk, other, extents, repairs);
  }

  public Linux with(FileSystemRepairs other) {
    return new Linux(mounts, loops, fileSystems, disk, subvolumes, extents, other);
  }
}
