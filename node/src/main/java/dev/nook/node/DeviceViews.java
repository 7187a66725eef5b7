package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Read-only loop devices over the device of a block volume: a read-only bind of a device node
/// stops no write to the device. A volume has one view at most; its label names the volume, so that
/// it is found without any record.
public final class DeviceViews {
  private static final String SUFFIX = ".ro";

  private final Linux linux;

  public DeviceViews(Linux linux) {
    this.linux = linux;
  }

  /// The view of a volume's device, made if it is not there.
  Path over(VolumeId id, Path device, Rollback rollback) throws StorageException, IOException {
    Optional<Loop> found = linux.loops().find(device, Access.READ_ONLY);
    if (found.isEmpty()) {
      Loop made =
          linux.loops().attach(new Attach(device, Access.READ_ONLY, false, id.text() + SUFFIX));
      rollback.add(() -> linux.loops().detach(made.device()));
      return made.device();
    }
    if (!isViewOf(id, found.get())) {
      throw new StorageException.NotReady(
          id,
          "%s shows its device %s and was not made by this driver; detach it"
              .formatted(found.get().device(), device));
    }
    return found.get().device();
  }

  /// Detaches a volume's view unless some mount still shows it.
  void release(VolumeId id) throws StorageException, IOException {
    for (Loop view : of(id)) {
      if (!isShown(view)) {
        detach(id, view);
      }
    }
  }

  /// Makes a volume's view as large as its device is now.
  void resize(VolumeId id) throws IOException {
    for (Loop view : of(id)) {
      long _ = linux.loops().resize(view.device());
    }
  }

  private void detach(VolumeId id, Loop view) throws StorageException, IOException {
    try {
      linux.loops().detach(view.device());
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY)) {
        throw new StorageException.NotReady(id, "its read-only view is in use: " + e.getMessage());
      }
      throw e;
    }
  }

  private List<Loop> of(VolumeId id) throws IOException {
    List<Loop> views = new ArrayList<>();
    for (Loop seen : linux.loops().known()) {
      if (isViewOf(id, seen) && linux.loops().isStill(seen)) {
        views.add(seen);
      }
    }
    return views;
  }

  private static boolean isViewOf(VolumeId id, Loop loop) {
    return loop.readOnly() && loop.backingRdev() != 0 && loop.label().equals(id.text() + SUFFIX);
  }

  /// A bound device node shows in mountinfo as a root of its name.
  private boolean isShown(Loop view) throws IOException {
    String root = "/" + view.device().getFileName();
    for (Mounts.Entry entry : linux.mounts().everywhere()) {
      if (entry.root().equals(root)) {
        return true;
      }
    }
    return false;
  }
}
