package dev.nook.testing.fake;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// [mount(2)](https://man7.org/linux/man-pages/man2/mount.2.html) without mounting.
final class FakeMounts implements Mounts {
  private static final Set<String> PER_MOUNT =
      Set.of("nosuid", "noexec", "noatime", "nodiratime", "strictatime");

  private final FakeKernel kernel;

  FakeMounts(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public List<Entry> all() {
    return kernel.table.all().stream().map(Mount::entry).toList();
  }

  @Override
  public List<Entry> everywhere() {
    return view().everywhere();
  }

  @Override
  public MountView view() {
    return new MountView(all(), kernel.table.elsewhere().stream().map(Mount::entry).toList());
  }

  @Override
  public List<Entry> elsewhere(Path mountPoint) {
    return view().elsewhere().stream()
        .filter(entry -> entry.mountPoint().equals(mountPoint))
        .toList();
  }

  @Override
  public Optional<HeldMount> hold(Path mountPoint) throws IOException {
    Place place = kernel.table.noFollow(mountPoint);
    return place.isMountPoint() && mountPoint.getParent() != null
        ? Optional.of(new FakeHeldMount(kernel, place))
        : Optional.empty();
  }

  @Override
  public void mount(Path device, Path directory, FileSystemType type, MountFlags flags)
      throws IOException {
    check(flags, Optional.of(type));
    Place on = target(directory);
    Attached loop = source(device, flags);
    Place from = kernel.table.follow(device);
    Superblock superblock = superblock(from, loop, type, flags);
    refuseTwin(from, superblock);
    if (!on.isDirectory()) {
      throw on.refused("mount", Errno.ENOTDIR);
    }
    if (on.isMountPoint() && on.superblock() == superblock) {
      throw on.refused("mount", Errno.EBUSY);
    }
    kernel.table.add(
        on,
        superblock,
        superblock.folder,
        perMount(flags, true),
        List.of(flags.readOnly() ? "ro" : "rw"));
    if (!flags.readOnly()) {
      dirty(loop, true);
    }
  }

  @Override
  public void replayLog(Path device, FileSystemType type) throws IOException {
    Attached loop = source(device, MountFlags.NONE);
    Place from = kernel.table.follow(device);
    Superblock superblock = superblock(from, loop, type, MountFlags.NONE);
    if (type == FileSystemType.BTRFS) {
      refuseTwin(from, superblock);
    }
    if (!kernel.table.isMounted(loop)) {
      dirty(loop, false);
    }
  }

  /// Marks the log as dirty, as a mount for writing does, or as clean, as an unmount does.
  private static void dirty(Attached loop, boolean dirty) throws IOException {
    Optional<Marker> marker = Marker.read(loop.node);
    if (marker.isPresent()) {
      boolean noted = marker.get().noted() != FakeKernel.Noted.NOTHING;
      marker
          .get()
          .withDirty(dirty)
          .withNoted(noted ? FakeKernel.Noted.MARK : FakeKernel.Noted.NOTHING)
          .write(loop.node);
    }
  }

  private Attached source(Path device, MountFlags flags) throws IOException {
    Place from = kernel.table.follow(device).mustExist("mount");
    if (!from.isBlockDevice()) {
      // ENOTBLK, which Errno does not name.
      throw from.refused("mount", Errno.OTHER);
    }
    Attached loop = kernel.loopAt(from).orElseThrow(() -> from.refused("mount", Errno.EINVAL));
    if (loop.access == Access.READ_ONLY && !flags.readOnly()) {
      throw from.refused("mount", Errno.EACCES);
    }
    return loop;
  }

  private static void check(MountFlags flags, Optional<FileSystemType> type) {
    flags
        .refusedBy(type)
        .ifPresent(refusal -> {
          throw new IllegalArgumentException(refusal);
        });
  }

  private Place target(Path path) throws IOException {
    return kernel.table.noFollow(path).mustExist("open").mustNotBeALink("open");
  }

  /// Returns the filesystem of a device: the mounted one, which a mount of another type or access
  /// cannot share, or the one in its image.
  private Superblock superblock(Place from, Attached loop, FileSystemType type, MountFlags flags)
      throws IOException {
    long device = Attached.rdev(loop.number);
    for (Mount mounted : kernel.table.all()) {
      if (mounted.superblock.rdev == device) {
        boolean readOnly = mounted.superFlags.contains("ro");
        if (!mounted.superblock.is(type) || readOnly != flags.readOnly()) {
          throw from.refused("mount", Errno.EBUSY);
        }
        return mounted.superblock;
      }
    }
    if (kernel.isBroken(Place.inode(loop.node))) {
      throw from.refused("mount", Errno.EIO);
    }
    Marker marker =
        Marker.read(loop.node)
            .filter(found -> found.type() == type && found.bytes() <= loop.bytes)
            .orElseThrow(() -> from.refused("mount", Errno.EINVAL));
    Superblock superblock = kernel.superblock(loop.node, marker);
    superblock.rdev = device;
    superblock.source = loop.device.toString();
    superblock.size(Capacity.usable(marker.bytes()), Capacity.usable(marker.bytes()));
    return superblock;
  }

  /// XFS and btrfs refuse a second filesystem of one UUID.
  private void refuseTwin(Place from, Superblock superblock) throws IOException {
    for (Mount mounted : kernel.table.all()) {
      if (mounted.superblock != superblock
          && mounted.superblock.uuid.equals(superblock.uuid)
          && superblock.uuid.isPresent()) {
        if (superblock.is(FileSystemType.XFS)) {
          throw from.refused("mount", Errno.EINVAL);
        }
        if (superblock.is(FileSystemType.BTRFS)) {
          throw from.refused("mount", Errno.EEXIST);
        }
      }
    }
  }

  @Override
  public void bind(Path from, Path to, MountFlags flags) throws IOException {
    Place shown = target(from);
    Place on = target(to);
    if (shown.isDirectory() != on.isDirectory()) {
      throw on.refused("mount", Errno.ENOTDIR);
    }
    kernel.table.add(
        on,
        shown.superblock(),
        shown.real(),
        perMount(flags, shown.isDirectory()),
        shown.mount().superFlags);
  }

  private static List<String> perMount(MountFlags flags, boolean nodev) {
    List<String> all = new ArrayList<>();
    all.add(flags.readOnly() ? "ro" : "rw");
    if (nodev) {
      all.add("nodev");
    }
    flags.flags().stream().filter(PER_MOUNT::contains).forEach(all::add);
    if (!all.contains("noatime") && !all.contains("strictatime")) {
      all.add("relatime");
    }
    return List.copyOf(all);
  }

  @Override
  public void unmount(Path mountPoint) throws IOException {
    Place place = kernel.table.noFollow(mountPoint).mustExist("umount2");
    Mount mount = place.mount();
    if (!place.isMountPoint()) {
      throw place.refused("umount2", Errno.EINVAL);
    }
    if (mount.parentId <= 1 || kernel.table.hasChildren(mount) || mount.opens > 0) {
      throw place.refused("umount2", Errno.EBUSY);
    }
    kernel.table.remove(mount);
    settle(mount);
  }

  /// The last mount of a filesystem leaves its log clean.
  private void settle(Mount gone) throws IOException {
    for (Attached loop : kernel.loops.values()) {
      if (Attached.rdev(loop.number) == gone.superblock.rdev
          && !gone.superFlags.contains("ro")
          && !kernel.table.isMounted(loop)) {
        dirty(loop, false);
      }
    }
  }
}
