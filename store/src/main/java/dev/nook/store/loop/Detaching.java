package dev.nook.store.loop;

import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Detaches the loop devices of images that nobody uses.
record Detaching(LoopDevices loops, ImageDevices devices, LoopMounts mounts) {
  /// Detaches every device that shows a volume, and the views over them. Throws `NotReady`, naming
  /// the holder, while one is in use. A bind mount of the device node counts as a holder: it does
  /// not keep the kernel from freeing the device, and would then show the next volume.
  ///
  /// @param unmounted whether the filesystem on the device was just unmounted, so that no pod was
  ///   shown the device: without views, its mounts are not looked for
  void detach(VolumeId id, Home home, boolean unmounted) throws StorageException, IOException {
    for (Loop loop : devices.of(id, home)) {
      List<Loop> views = devices.viewsOf(id, loop);
      if (!unmounted || !views.isEmpty()) {
        requireNotMounted(id, Stream.concat(views.stream(), Stream.of(loop)).toList());
      }
      for (Loop view : views) {
        detach(id, view);
      }
      detach(id, loop);
    }
  }

  private void requireNotMounted(VolumeId id, List<Loop> each)
      throws StorageException, IOException {
    for (Loop loop : each) {
      Optional<Mounts.Entry> mount = mounts.mountOf(loop);
      if (mount.isPresent()) {
        throw held(id, loop, "mounted at " + mount.get().mountPoint());
      }
    }
  }

  private void detach(VolumeId id, Loop loop) throws StorageException, IOException {
    try {
      loops.detach(loop.device());
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY)) {
        throw held(id, loop, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static StorageException held(VolumeId id, Loop loop, String by) {
    return new StorageException.NotReady(
        id, "its device %s is held: %s".formatted(loop.device(), by));
  }
}
