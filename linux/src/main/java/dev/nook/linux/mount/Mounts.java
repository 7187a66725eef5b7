package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Reads the mount table from the kernel, at every call, and changes it. Reading all of it takes
/// time by the number of all mounts.
public interface Mounts {
  /// One line of mountinfo ([proc_pid_mountinfo(5)](
  /// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)).
  ///
  /// @param device major:minor of the filesystem. st_dev of its files is the same, but on btrfs
  ///   every subvolume, the top one too, has another st_dev: to find the mount that holds a path,
  ///   look for the mount point above it, never for a device number from stat(2)
  /// @param root the directory of the filesystem that is shown, `/loop7` for a bound device node
  /// @param flags per-mount options such as `ro`, `nodev`
  /// @param source `none` where the kernel does not say it
  /// @param superFlags per-filesystem options
  record Entry(
      int id,
      int parentId,
      long device,
      String root,
      Path mountPoint,
      List<String> flags,
      String fsType,
      String source,
      List<String> superFlags) {
    public boolean readOnly() {
      return flags.contains("ro") || superFlags.contains("ro");
    }
  }

  /// Returns every mount in this process's namespace, in mount order.
  List<Entry> all() throws IOException;

  /// Returns every mount in this namespace and in that of pid 1, where that is another one and may
  /// be read.
  List<Entry> everywhere() throws IOException;

  /// Returns both in one reading.
  MountView view() throws IOException;

  /// What of this namespace is mounted exactly on these paths; it takes as long as there are paths,
  /// however many mounts there are, where the kernel has statmount(2).
  default MountView view(Collection<Path> mountPoints) throws IOException {
    List<Entry> here = new ArrayList<>();
    for (Path mountPoint : mountPoints) {
      here.addAll(at(mountPoint));
    }
    return new MountView(here, List.of());
  }

  /// What is mounted exactly on a path in the namespace of pid 1, where that is another one and may
  /// be read.
  List<Entry> elsewhere(Path mountPoint) throws IOException;

  /// Returns what is mounted exactly on a path, bottom of the stack first.
  default List<Entry> at(Path mountPoint) throws IOException {
    return all().stream().filter(entry -> entry.mountPoint().equals(mountPoint)).toList();
  }

  /// Mounts a filesystem from a block device on an existing directory, always with `nodev`. EBUSY,
  /// EINVAL and EUCLEAN as mount(2).
  void mount(Path device, Path directory, FileSystemType type, MountFlags flags) throws IOException;

  /// Mounts a copied filesystem where no path leads and unmounts it again, so that the kernel
  /// replays its log. Its source, whose UUID it still has, may be mounted. Nobody can open anything
  /// of it, and it does not stay mounted when this returns or throws, or when this process dies.
  void replayLog(Path device, FileSystemType type) throws IOException;

  /// Bind-mounts an existing file or directory on another. The flags are for this mount only; a
  /// directory always gets `nodev`. If they cannot be set, nothing stays mounted.
  void bind(Path from, Path to, MountFlags flags) throws IOException;

  /// Holds the topmost mount exactly on a path; empty where there is none. No link in the last
  /// component is followed, and the filesystem may be dead.
  Optional<HeldMount> hold(Path mountPoint) throws IOException;

  /// umount2(2) of the topmost mount at a path, neither lazy nor forced, without following a link.
  /// EINVAL: nothing is mounted there. EBUSY: it is in use for a second or more; the message names
  /// the visible holders.
  void unmount(Path mountPoint) throws IOException;
}
