package dev.nook.store.loop;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/// Tells which volume of a pool a loop device shows: by device and inode of the image. Where the
/// image is gone or replaced, the attached file's name, which the kernel keeps, and the label that
/// attaching left decide together: whoever may write to a device can change its label, so the label
/// alone proves nothing.
final class BackingFiles {
  /// The directories of a pool in which images lie that may be attached.
  private static final Set<String> HOMES = Set.of(Layout.VOLUMES, Layout.TRASH);

  private final Layout layout;
  private final Disk disk;

  /// The device of the pool's root, as it was seen last: calls of other pools must not ask a disk
  /// that may hang.
  private volatile OptionalLong pool = OptionalLong.empty();

  BackingFiles(Layout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /// Notes the pool's filesystem.
  void lookAtPool() {
    look(layout.root()).ifPresent(root -> pool = OptionalLong.of(root.device()));
  }

  /// Returns the image in a home, and notes its filesystem.
  Optional<Disk.Stat> image(Home home) {
    Optional<Disk.Stat> image = look(home.image()).filter(stat -> stat.kind() == Disk.Kind.FILE);
    image.ifPresent(stat -> pool = OptionalLong.of(stat.device()));
    return image;
  }

  /// Returns what is at a path; empty when the disk fails, which must hide neither its own devices
  /// nor those of other pools.
  private Optional<Disk.Stat> look(Path path) {
    try {
      return disk.stat(path);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether a device shows this file.
  static boolean isBehind(Disk.Stat image, Loop loop) {
    return loop.backingRdev() == 0
        && loop.backingDevice() == image.device()
        && loop.backingInode() == image.inode();
  }

  /// Whether a device shows a volume.
  ///
  /// @param image the image of the volume, if it is there
  boolean isOf(VolumeId id, Optional<Disk.Stat> image, Loop loop) {
    return image.filter(stat -> isBehind(stat, loop)).isPresent()
        || (loop.backingRdev() == 0
            && mayLieHere(loop)
            && isAttachedAs(loop, id)
            && id.equals(named(loop).orElse(null)));
  }

  /// Returns the volume that a device shows, which has a file behind it.
  ///
  /// @param images [#imagesByInode], asked only where the names do not say it
  Optional<VolumeId> volumeOf(Loop loop, Supplier<Map<Long, VolumeId>> images) {
    if (!mayLieHere(loop)) {
      return Optional.empty();
    }
    Optional<VolumeId> named = named(loop).filter(id -> isAttachedAs(loop, id));
    if (named.isPresent()) {
      return named;
    }
    return pool.isEmpty() || !saysWhere(loop)
        ? Optional.empty()
        : Optional.ofNullable(images.get().get(loop.backingInode()));
  }

  /// Whether a device's file may be in this pool; true where the pool's filesystem was not seen yet
  /// or the device does not know its file's.
  private boolean mayLieHere(Loop loop) {
    OptionalLong here = pool;
    return here.isEmpty() || !saysWhere(loop) || here.getAsLong() == loop.backingDevice();
  }

  private static boolean saysWhere(Loop loop) {
    return loop.backingInode() != 0;
  }

  private static boolean isAttachedAs(Loop loop, VolumeId id) {
    return !saysWhere(loop) || loop.label().equals(id.text());
  }

  /// Returns the volume in whose home the attached file lay when it was first seen. The outermost
  /// home counts: what lies below it is a tenant's.
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

  /// Returns the images of the pool by inode, for a device that somebody attached by hand, or gave
  /// another label.
  Map<Long, VolumeId> imagesByInode() {
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
      return disk.list(layout.volumes());
    } catch (IOException _) {
      return List.of();
    }
  }
}
