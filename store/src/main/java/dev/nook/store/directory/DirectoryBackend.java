package dev.nook.store.directory;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.Attachment;
import dev.nook.store.CapacityRange;
import dev.nook.store.Content;
import dev.nook.store.Shape;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeStore.Usage;
import dev.nook.store.pool.Backend;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Volumes that are directories of the pool's filesystem. Where simple quotas are on, each is a
/// subvolume that the kernel holds to its size; elsewhere a plain directory, and only for a class
/// that says `quota: none`.
public final class DirectoryBackend implements Backend {
  /// What a new filesystem's root has too: everyone may enter, root owns; kubelet applies fsGroup.
  private static final int ENTERED_BY_ALL = 0755;

  private final Linux linux;
  private final Disk disk;
  private final Subvolumes subvolumes;
  private final Layout layout;
  private final TreeMounts shown;

  public DirectoryBackend(Layout layout, Linux linux) {
    this.linux = linux;
    this.disk = linux.disk();
    this.subvolumes = linux.subvolumes();
    this.layout = layout;
    this.shown = new TreeMounts(layout, linux.mounts());
  }

  @Override
  public Optional<String> refuses(Shape shape) throws IOException {
    return shape instanceof Shape.Tree(var quotaRequired) && quotaRequired && !enforced()
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
    boolean enforced = enforced();
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
  public void grow(Home home, Content content, long bytes) throws IOException {
    if (content instanceof Content.Tree(var _, var enforced) && enforced) {
      subvolumes.limit(home.data(), bytes);
    }
  }

  @Override
  public Optional<Long> claimedBytes(Home home) throws IOException {
    return limited(home)
        ? Optional.of(subvolumes.quota(home.data()).limitBytes())
        : Optional.empty();
  }

  @Override
  public Optional<Long> heldBytes(Home home) throws IOException {
    return limited(home)
        ? Optional.of(subvolumes.quota(home.data()).usedBytes())
        : Optional.empty();
  }

  @Override
  public Optional<String> usedBy(VolumeId id, Home home) throws IOException {
    return shown.mountsOf(id).stream()
        .findFirst()
        .map(mount -> "the mount at " + mount.mountPoint());
  }

  @Override
  public Attachment attach(Home home, Volume volume) throws StorageException, IOException {
    Optional<Disk.Stat> found = disk.stat(home.data());
    if (found.filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isEmpty()) {
      throw new StorageException.NotReady(
          volume.id(), "%s is no directory; restore it".formatted(home.data()));
    }
    if (enforced(volume) && !limited(home)) {
      throw new StorageException.NotReady(
          volume.id(),
          "%s is no subvolume with a quota, recorded is one; restore it".formatted(home.data()));
    }
    return new Attachment.Tree(home.data());
  }

  @Override
  public void detach(VolumeId id, Home home) {}

  @Override
  public Set<VolumeId> attached() throws IOException {
    return shown.all();
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    return shown.among(mounts);
  }

  @Override
  public Usage usage(Home home, Volume volume, Path mountedAt) throws IOException {
    FileSystems.Usage pool = linux.fileSystems().usage(home.data());
    if (!enforced(volume)) {
      return files(pool, pool.totalBytes(), pool.usedBytes(), pool.availableBytes());
    }
    Subvolumes.Quota quota = subvolumes.quota(home.data());
    long total = volume.capacityBytes();
    long used = Math.min(quota.usedBytes(), total);
    long room = Math.max(0, quota.limitBytes() - quota.usedBytes());
    return files(pool, total, used, Math.min(total, Math.min(room, pool.availableBytes())));
  }

  @Override
  public void dismantle(Home home) throws IOException {
    if (limited(home)) {
      subvolumes.delete(home.data());
    }
  }

  private boolean enforced() throws IOException {
    return subvolumes.enforced(layout.root());
  }

  private static boolean enforced(Volume volume) {
    return volume.content() instanceof Content.Tree(var _, var enforced) && enforced;
  }

  private boolean limited(Home home) throws IOException {
    return disk.stat(home.data()).isPresent() && enforced() && subvolumes.isSubvolume(home.data());
  }

  private static Usage files(FileSystems.Usage pool, long total, long used, long available) {
    return new Usage.Files(
        total, used, available, pool.totalInodes(), pool.usedInodes(), pool.availableInodes());
  }
}
