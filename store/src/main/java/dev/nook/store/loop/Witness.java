package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which loop device shows which volume of a pool, as the kernel says at each call: by device and
/// inode of the image; where the image is gone or another file stands in its place, by the label
/// that attaching left, on a device whose backing file lies on the pool's filesystem.
final class Witness {
  private final Layout layout;
  private final Linux linux;

  Witness(Layout layout, Linux linux) {
    this.layout = layout;
    this.linux = linux;
  }

  /// Every device that shows a volume; views of it are not among them.
  List<Loop> showing(VolumeId id, Home home) throws IOException {
    Optional<Disk.Stat> image = look(home.image());
    Optional<Disk.Stat> root = look(layout.root());
    return linux.loops().all().stream()
        .filter(loop ->
            image.filter(stat -> shows(loop, stat)).isPresent()
                || (loop.label().equals(id.text()) && mayLieOn(root, loop)))
        .toList();
  }

  /// A disk that fails is a disk that says nothing: it must hide neither its own devices nor those
  /// of other pools.
  private Optional<Disk.Stat> look(Path path) {
    try {
      return linux.disk().stat(path);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Where the pool's root cannot be seen, the label alone must do.
  private static boolean mayLieOn(Optional<Disk.Stat> root, Loop loop) {
    return root.isEmpty() || root.get().device() == loop.backingDevice();
  }

  /// The one device that has a volume's image attached; refused while another one shows another
  /// file as this volume.
  Optional<Loop> attachment(VolumeId id, Home home, Disk.Stat image)
      throws StorageException, IOException {
    Optional<Loop> attachment = Optional.empty();
    for (Loop loop : showing(id, home)) {
      if (!shows(loop, image)) {
        throw new StorageException.NotReady(
            id,
            "%s shows another file than %s as this volume; unstage it first"
                .formatted(loop.device(), home.image()));
      }
      if (!loop.readOnly()) {
        attachment = Optional.of(loop);
      }
    }
    return attachment;
  }

  /// The read-only devices over a device.
  List<Loop> viewsOf(Loop below) throws IOException {
    return linux.loops().all().stream()
        .filter(loop -> loop.backingRdev() != 0 && loop.backingRdev() == below.rdev())
        .toList();
  }

  Set<VolumeId> attached() throws IOException {
    return new Showing(linux.loops().all()).volumes();
  }

  Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new LinkedHashMap<>();
    Showing showing = new Showing(linux.loops().all());
    for (Mounts.Entry mount : mounts) {
      showing.volumeOf(mount).ifPresent(id -> shown.put(mount, id));
    }
    return shown;
  }

  /// One look at the loop devices, and what of them belongs to this pool.
  private final class Showing {
    private final List<Loop> loops;
    private final Optional<Disk.Stat> root;
    private @Nullable Map<Long, VolumeId> images;

    Showing(List<Loop> loops) {
      this.loops = loops;
      this.root = look(layout.root());
    }

    Set<VolumeId> volumes() {
      Set<VolumeId> ids = new HashSet<>();
      for (Loop loop : loops) {
        volumeOf(loop).ifPresent(ids::add);
      }
      return ids;
    }

    Optional<VolumeId> volumeOf(Mounts.Entry mount) {
      for (Loop loop : loops) {
        if (shows(mount, loop)) {
          return volumeOf(loop);
        }
      }
      return Optional.empty();
    }

    private Optional<VolumeId> volumeOf(Loop loop) {
      Loop base = loop;
      for (int depth = 0; base.backingRdev() != 0 && depth < loops.size(); depth++) {
        long below = base.backingRdev();
        Optional<Loop> next = loops.stream().filter(one -> one.rdev() == below).findFirst();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        base = next.get();
      }
      if (!mayLieOn(root, base)) {
        return Optional.empty();
      }
      VolumeId labelled = new VolumeId(base.label());
      if (labelled.tag().isPresent()) {
        return Optional.of(labelled);
      }
      return root.isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(images().get(base.backingInode()));
    }

    /// The images of this pool by inode, for a device that somebody attached by hand.
    private Map<Long, VolumeId> images() {
      if (images == null) {
        images = imagesByInode();
      }
      return images;
    }
  }

  private Map<Long, VolumeId> imagesByInode() {
    Map<Long, VolumeId> images = new HashMap<>();
    for (String entry : volumes()) {
      VolumeId id = new VolumeId(entry);
      if (id.tag().isPresent()) {
        look(layout.volume(id).image()).ifPresent(stat -> images.put(stat.inode(), id));
      }
    }
    return images;
  }

  private List<String> volumes() {
    try {
      return linux.disk().list(layout.volumes());
    } catch (IOException _) {
      return List.of();
    }
  }

  /// A mount of what is on a device, or of its node, in this namespace or pid 1's.
  Optional<Mounts.Entry> mountOf(Loop loop) throws IOException {
    return linux.mounts().everywhere().stream().filter(mount -> shows(mount, loop)).findFirst();
  }

  /// A mount, in this namespace, of the filesystem on a device.
  Optional<Mounts.Entry> fileSystemOn(Loop loop) throws IOException {
    return linux.mounts().all().stream().filter(mount -> loop.rdev() == mount.device()).findFirst();
  }

  private static boolean shows(Mounts.Entry mount, Loop loop) {
    Optional<String> node = deviceNode(mount);
    return node.isPresent() ? loop.device().endsWith(node.get()) : loop.rdev() == mount.device();
  }

  /// The name of the loop device whose node is shown, as a bind of `/dev/loop7` has it.
  private static Optional<String> deviceNode(Mounts.Entry mount) {
    Path name = Path.of(mount.root()).getFileName();
    boolean devices = mount.fsType().equals("devtmpfs") || mount.fsType().equals("tmpfs");
    return devices && name != null && name.toString().matches("loop[0-9]+")
        ? Optional.of(name.toString())
        : Optional.empty();
  }

  private static boolean shows(Loop loop, Disk.Stat image) {
    return loop.backingRdev() == 0
        && loop.backingDevice() == image.device()
        && loop.backingInode() == image.inode();
  }
}
