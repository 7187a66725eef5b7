package dev.nook.linux;

import dev.nook.linux.block.KernelLoopDevices;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.extent.KernelExtents;
import dev.nook.linux.fs.BtrfsSubvolumes;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.HostFileSystems;
import dev.nook.linux.fs.KernelDisk;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.KernelMounts;
import dev.nook.linux.mount.Mounts;

/// Everything that Nook asks of the kernel, as six ports: a test that replaces one of them, or
/// numbers its calls, changes nothing above.
public record Linux(
    Mounts mounts,
    LoopDevices loops,
    FileSystems fileSystems,
    Disk disk,
    Subvolumes subvolumes,
    Extents extents) {
  /// The kernel that this process runs on.
  public static Linux host() {
    return new Linux(
        new KernelMounts(),
        new KernelLoopDevices(),
        new HostFileSystems(),
        new KernelDisk(),
        new BtrfsSubvolumes(),
        new KernelExtents());
  }

  /// Returns the same ports with another disk.
  public Linux with(Disk other) {
    return new Linux(mounts, loops, fileSystems, other, subvolumes, extents);
  }
}
