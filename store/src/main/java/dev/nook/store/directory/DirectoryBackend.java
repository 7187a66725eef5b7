package dev.nook.store.directory;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.SnapshotReader;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Cut;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.policy.QuotaTrees;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Volumes that are directories of the pool's filesystem. Where simple quotas are on, each is a
/// subvolume that the kernel holds to its size; elsewhere each is a plain directory, and only for a
/// class that says `quota: none`.
public final class DirectoryBackend implements Backend {
  /// The mode of the root of a new filesystem too: everyone may enter, root owns it; kubelet
  /// applies fsGroup.
  private static final int ENTERED_BY_ALL = 0755;

  private final Disk disk;
  private final Subvolumes subvolumes;
  private final Layout layout;
  private final TreeMounts shown;
  private final QuotaTrees quotas;
  private final TreeCopies copies;

  public DirectoryBackend(Layout layout, Linux linux) {
    this.disk = linux.disk();
    this.subvolumes = linux.subvolumes();
    this.layout = layout;
    this.shown = new TreeMounts(layout, linux.mounts());
    this.quotas = new QuotaTrees(disk, subvolumes, layout.root());
    this.copies = new TreeCopies(disk, subvolumes, shown);
  }

  @Override
  public Optional<String> refuses(Shape shape) throws IOException {
    return shape instanceof Shape.Tree(var quotaRequired) && quotaRequired && !quotas.areEnforced()
        ? Optional.of(
            "nothing enforces a directory's size on the filesystem at %s; use a pool image of btrfs, "
                    .formatted(layout.root())
                + "backend: loop, or quota: none")
        : Optional.empty();
  }

  @Override
  public long minimumBytes(Shape shape) {
    return CapacityRange.BLOCK;
  }

  @Override
  public Content create(Home home, Shape shape, long bytes) throws IOException {
    if (!(shape instanceof Shape.Tree tree)) {
      throw new IllegalArgumentException("a directory is a tree");
    }
    boolean enforced = quotas.areEnforced();
    if (enforced) {
      subvolumes.create(home.data(), bytes);
    } else {
      disk.makeDirectory(home.data());
    }
    disk.chmod(home.data(), ENTERED_BY_ALL);
    disk.sync(home.data());
    return new Content.Tree(tree, enforced);
  }

  @Override
  public Cut prepareCut(Origin origin, Home target, Runnable oneMoment)
      throws StorageException, IOException {
    return copies.prepare(origin, target, true, 0, oneMoment);
  }

  @Override
  public Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException {
    if (!(origin.content() instanceof Content.Tree(var shape, var enforced, var _))) {
      throw new IllegalArgumentException("a directory is a tree");
    }
    Cut copy = copies.prepare(origin, target, false, bytes, oneMoment);
    copy.cut();
    copy.finish();
    return enforced
        ? new Content.Tree(shape, true, origin.countedTo(quotas.sharedBytes(origin)))
        : new Content.Tree(shape, false);
  }

  /// Does nothing: subvolumes are on disk when the call that makes one returns, and plain trees are
  /// synced by those who make them, because a filesystem is synced for all files of a copy
  /// together.
  @Override
  public void sync(Home home) {}

  @Override
  public void expand(Home home, Content content, long bytes) throws IOException {
    if (content.enforced()) {
      subvolumes.limit(home.data(), bytes);
    }
  }

  @Override
  public SnapshotReader read(Home home, Snapshot snapshot) throws StorageException {
    throw new StorageException.InvalidArgument(
        "snapshot_id",
        "%s is a snapshot of a directory, which has files and no blocks; restore it to read it"
            .formatted(snapshot.id()));
  }

  @Override
  public long confine(long from) throws IOException {
    return subvolumes.confine(layout.root(), from);
  }

  @Override
  public Optional<Subvolumes.Watch> watch() throws IOException {
    return quotas.areEnforced() ? Optional.of(subvolumes.watch(layout.root())) : Optional.empty();
  }

  @Override
  public Optional<Long> extents(Home home) {
    return Optional.empty();
  }

  @Override
  public Optional<String> usedBy(VolumeId id, Home home) throws IOException {
    return shown.userOf(id);
  }

  @Override
  public Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    Optional<Disk.Stat> found = disk.stat(home.data());
    if (found.filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isEmpty()) {
      throw new StorageException.NotReady(
          volume.id(), "%s is not a directory; restore it".formatted(home.data()));
    }
    if (volume.content().enforced() && !quotas.isSubvolume(home)) {
      throw new StorageException.NotReady(
          volume.id(),
          "%s is not the subvolume with a quota that its record names; restore it"
              .formatted(home.data()));
    }
    return new Attachment.Tree(home.data());
  }

  /// A directory is mounted or not, and there is no device to be attached.
  @Override
  public boolean isAttached(VolumeId id, Home home) {
    return false;
  }

  @Override
  public void detach(VolumeId id, Home home, boolean unmounted) {}

  @Override
  public void look(boolean here) throws IOException {
    shown.look();
  }

  @Override
  public List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException {
    return disk.stat(home.data()).isPresent()
        ? List.of()
        : List.of(
            new VolumeFault(
                VolumeFault.Reason.CONTENT_MISSING, "its directory is not in its pool"));
  }

  @Override
  public Set<VolumeId> attached(MountView view) throws IOException {
    return shown.all(view);
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    return shown.among(mounts);
  }

  @Override
  public Usage usage(Home home, Volume volume, FileSystems.Usage pool) throws IOException {
    if (!volume.content().enforced()) {
      return files(pool, pool.totalBytes(), pool.usedBytes(), pool.availableBytes());
    }
    Subvolumes.Quota quota = subvolumes.quota(home.data());
    long total = volume.capacityBytes();
    long used = Math.min(quota.usedBytes(), total);
    long free =
        Math.min(Math.max(0, quota.limitBytes() - quota.usedBytes()), pool.availableBytes());
    return files(pool, total, used, Math.min(total, free));
  }

  @Override
  public void reclaim() throws IOException {
    subvolumes.reclaim(layout.root());
  }

  @Override
  public boolean isGivingBack() throws IOException {
    return subvolumes.cleaning(layout.root());
  }

  @Override
  public void dismantle(Home home) throws IOException {
    if (quotas.isSubvolume(home)) {
      subvolumes.delete(home.data());
    }
  }

  private static Usage files(FileSystems.Usage pool, long total, long used, long available) {
    return new Usage.Files(
        total, used, available, pool.totalInodes(), pool.usedInodes(), pool.availableInodes());
  }
}
