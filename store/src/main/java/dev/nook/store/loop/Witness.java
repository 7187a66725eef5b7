package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which loop device shows which volume of a pool, as the kernel says at each call: by device and
/// inode of the image. Where the image is gone or another file stands in its place, by the name
/// that the kernel keeps of the attached file together with the label that attaching left: whoever
/// may write a device can change its label, so that alone says nothing.
///
/// Only devices that are known to show this pool are asked anything, and only calls for its own
/// volumes wait for its disk.
final class Witness {
  /// What of a pool holds the homes of volumes that may be attached.
  private static final Set<String> HOMES = Set.of("volumes", "trash");

  private static final int LOOP_MAJOR = 7;

  private final Layout layout;
  private final LoopDevices loops;
  private final Linux linux;

  /// Of the pool's root, as it was last seen: a disk that hangs must not be asked by other pools'
  /// calls.
  private volatile OptionalLong device = OptionalLong.empty();

  Witness(Layout layout, Linux linux) {
    this.layout = layout;
    this.linux = linux;
    this.loops = linux.loops();
  }

  /// Notes on which filesystem the pool lies, and has the loop devices looked at that others
  /// attached; for the thread that may wait for this pool's disk.
  ///
  /// @param here whether the pool's path shows the pool, and not what is mounted over it
  void look(boolean here) throws IOException {
    if (here) {
      look(layout.root()).ifPresent(root -> device = OptionalLong.of(root.device()));
    }
    List<Loop> _ = loops.all();
  }

  /// Every device that shows a volume; views of it are not among them.
  List<Loop> showing(VolumeId id, Home home) throws IOException {
    Optional<Disk.Stat> image = look(home.image()).filter(stat -> stat.kind() == Disk.Kind.FILE);
    Map<Path, Loop> showing = new LinkedHashMap<>();
    if (image.isPresent()) {
      device = OptionalLong.of(image.get().device());
      loops
          .find(home.image(), Access.READ_WRITE)
          .ifPresent(loop -> showing.put(loop.device(), loop));
    }
    for (Loop seen : loops.known()) {
      if (shows(seen, image, id)) {
        loops
            .at(seen.device())
            .filter(now -> shows(now, image, id))
            .ifPresent(now -> showing.put(now.device(), now));
      }
    }
    return List.copyOf(showing.values());
  }

  private boolean shows(Loop loop, Optional<Disk.Stat> image, VolumeId id) {
    return image.filter(stat -> shows(loop, stat)).isPresent()
        || (loop.backingRdev() == 0
            && mayLieHere(loop)
            && isAttachedAs(loop, id)
            && id.equals(named(loop).orElse(null)));
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

  /// Where the pool's filesystem has not been seen, or the device cannot say where its file lies,
  /// the names must do.
  private boolean mayLieHere(Loop loop) {
    OptionalLong here = device;
    return here.isEmpty() || !isTold(loop) || here.getAsLong() == loop.backingDevice();
  }

  private static boolean isTold(Loop loop) {
    return loop.backingInode() != 0;
  }

  private static boolean isAttachedAs(Loop loop, VolumeId id) {
    return !isTold(loop) || loop.label().equals(id.text());
  }

  /// The volume in whose home the attached file lay when it was first seen. The outermost one
  /// counts: what lies below it is a tenant's.
  private static Optional<VolumeId> named(Loop loop) {
    String[] names = loop.backingFile().split("/", -1);
    for (int at = 0; at + 2 < names.length; at++) {
      if (HOMES.contains(names[at])
          && Layout.idOf(names[at + 1]) instanceof VolumeId id
          && id.tag().isPresent()) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
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

  /// The read-only devices that this driver made over a device of a volume. What others made there
  /// is theirs to detach.
  List<Loop> viewsOf(VolumeId id, Loop below) throws IOException {
    List<Loop> views = new ArrayList<>();
    for (Loop seen : loops.known()) {
      if (seen.readOnly()
          && seen.backingRdev() != 0
          && seen.backingRdev() == below.rdev()
          && seen.label().startsWith(id.text() + ".")
          && loops.isStill(seen)) {
        views.add(seen);
      }
    }
    return views;
  }

  Set<VolumeId> attached() throws IOException {
    Showing showing = new Showing(loops.known());
    Set<VolumeId> ids = new HashSet<>();
    for (Loop loop : showing.loops) {
      Optional<VolumeId> id = showing.volumeOf(loop);
      if (id.isPresent() && !ids.contains(id.get()) && loops.isStill(loop)) {
        ids.add(id.get());
      }
    }
    return ids;
  }

  Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new LinkedHashMap<>();
    List<Mounts.Entry> ofLoops = mounts.stream().filter(Witness::isOfALoop).toList();
    Showing showing = new Showing(loops.known());
    if (!showing.hasAll(ofLoops)) {
      showing = new Showing(loops.all());
    }
    for (Mounts.Entry mount : ofLoops) {
      Optional<Loop> loop = showing.of(mount);
      Optional<VolumeId> id = loop.isEmpty() ? Optional.empty() : showing.volumeOf(loop.get());
      id.ifPresent(volume -> shown.put(mount, volume));
    }
    return shown;
  }

  /// Some loop devices, and what of them belongs to this pool.
  private final class Showing {
    private final List<Loop> loops;
    private @Nullable Map<Long, VolumeId> images;

    Showing(List<Loop> loops) {
      this.loops = loops;
    }

    /// Whether each of these mounts is of a device that still shows what is known of it.
    boolean hasAll(List<Mounts.Entry> mounts) throws IOException {
      for (Mounts.Entry mount : mounts) {
        Optional<Loop> loop = of(mount);
        if (loop.isEmpty() || !Witness.this.loops.isStill(loop.get())) {
          return false;
        }
      }
      return true;
    }

    Optional<Loop> of(Mounts.Entry mount) {
      return loops.stream().filter(loop -> shows(mount, loop)).findFirst();
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
      if (!mayLieHere(base)) {
        return Optional.empty();
      }
      Loop file = base;
      Optional<VolumeId> named = named(file).filter(id -> isAttachedAs(file, id));
      if (named.isPresent()) {
        return named;
      }
      return device.isEmpty() || !isTold(base)
          ? Optional.empty()
          : Optional.ofNullable(images().get(base.backingInode()));
    }

    /// The images of this pool by inode, for a device that somebody attached by hand, or gave
    /// another label.
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

  private static boolean isOfALoop(Mounts.Entry mount) {
    return DeviceNumber.major(mount.device()) == LOOP_MAJOR || deviceNode(mount).isPresent();
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

  static boolean shows(Loop loop, Disk.Stat image) {
    return loop.backingRdev() == 0
        && loop.backingDevice() == image.device()
        && loop.backingInode() == image.inode();
  }
}
