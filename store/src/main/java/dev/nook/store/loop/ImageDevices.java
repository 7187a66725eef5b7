package dev.nook.store.loop;

import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the loop devices of a volume, from the kernel at each call. Only devices that are known to
/// show this pool are asked, and only calls for its own volumes wait for its disk.
record ImageDevices(LoopDevices loops, BackingFiles files) {
  /// Notes the pool's filesystem, and looks at the loop devices that others have attached. For the
  /// thread that may wait for this pool's disk.
  ///
  /// @param here whether the pool's path shows the pool, and not what is mounted over it
  void look(boolean here) throws IOException {
    if (here) {
      files.lookAtPool();
    }
    List<Loop> _ = loops.all();
  }

  /// Whether a device that is known shows a volume; devices that others attached since the last
  /// look are not looked for.
  boolean isKnown(VolumeId id, Home home) throws IOException {
    Optional<Disk.Stat> image = files.image(home);
    for (Loop seen : loops.known()) {
      if (files.isOf(id, image, seen) && loops.isStill(seen)) {
        return true;
      }
    }
    return false;
  }

  /// Returns every device that shows a volume, without its read-only views.
  List<Loop> of(VolumeId id, Home home) throws IOException {
    Optional<Disk.Stat> image = files.image(home);
    Map<Path, Loop> devices = new LinkedHashMap<>();
    if (image.isPresent()) {
      loops
          .find(home.image(), Access.READ_WRITE)
          .ifPresent(loop -> devices.put(loop.device(), loop));
    }
    for (Loop seen : loops.known()) {
      if (files.isOf(id, image, seen) && !devices.containsKey(seen.device())) {
        loops
            .at(seen.device())
            .filter(now -> files.isOf(id, image, now))
            .ifPresent(now -> devices.put(now.device(), now));
      }
    }
    return List.copyOf(devices.values());
  }

  /// Returns the device to which a volume's image is attached. Throws `NotReady` while another
  /// device shows another file as this volume.
  Optional<Loop> attachment(VolumeId id, Home home, Disk.Stat image)
      throws StorageException, IOException {
    Optional<Loop> attachment = Optional.empty();
    for (Loop loop : of(id, home)) {
      if (!BackingFiles.isBehind(image, loop)) {
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

  /// Returns the read-only devices that this driver attached over a volume's device. Others must
  /// detach their own.
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
}
