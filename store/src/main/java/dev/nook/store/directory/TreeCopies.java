package dev.nook.store.directory;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.store.backend.Cut;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Prepares point-in-time copies of directories. A subvolume is snapshotted, in use or idle; a
/// plain directory is copied file by file, so nobody may use it meanwhile.
record TreeCopies(Disk disk, Subvolumes subvolumes, TreeMounts shown) {
  /// Prepares the copy of an origin into an empty home. Throws `NotReady` where it cannot be made.
  ///
  /// @param readOnly whether the copy is a snapshot
  /// @param limitBytes the quota limit of a copy that is a volume
  Cut prepare(Origin origin, Home target, boolean readOnly, long limitBytes, Runnable oneMoment)
      throws StorageException, IOException {
    if (origin.content().enforced()) {
      oneMoment.run();
      requireNoneNested(origin);
      return new SubvolumeCut(this, origin, target.data(), readOnly, limitBytes);
    }
    requireIdle(origin);
    disk.makeDirectory(target.data());
    return new TreeCopy(disk, origin, target.data());
  }

  /// The snapshot of a subvolume, which is on disk when the call returns, with everything that was
  /// written before.
  private record SubvolumeCut(
      TreeCopies copies, Origin origin, Path target, boolean readOnly, long limitBytes)
      implements Cut {
    @Override
    public void cut() throws IOException {
      copies.subvolumes.snapshot(origin.home().data(), target, readOnly, limitBytes);
    }

    /// Refuses a copy in which a subvolume that was made meanwhile is an empty directory.
    @Override
    public void finish() throws StorageException, IOException {
      copies.requireNoneNested(origin);
    }
  }

  private record TreeCopy(Disk disk, Origin origin, Path target) implements Cut {
    @Override
    public void cut() throws IOException {
      disk.copyTree(origin.home().data(), target);
    }

    @Override
    public void finish() throws IOException {
      disk.syncFileSystem(target);
    }
  }

  private void requireNoneNested(Origin origin) throws StorageException, IOException {
    Path from = origin.home().data();
    Optional<Path> nested = subvolumes.nested(from);
    if (nested.isPresent()) {
      throw new StorageException.NotReady(
          origin.id(),
          "a copy would lose the subvolume \"%s\" in it; delete that subvolume first"
              .formatted(from.relativize(nested.get())));
    }
  }

  private void requireIdle(Origin origin) throws StorageException, IOException {
    if (origin.id() instanceof VolumeId id) {
      Optional<String> user = shown.userOf(id);
      if (user.isPresent()) {
        throw new StorageException.NotReady(
            id,
            "it is in use by %s, and a copy of its files would not be crash-consistent; stop its pod, or keep volumes in a pool image of btrfs (--pool name=path,image=SIZE,fs=btrfs)"
                .formatted(user.get()));
      }
    }
  }
}
