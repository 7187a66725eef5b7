package dev.nook.node.mount;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Manages read-only loop devices over the devices of block volumes, because a read-only bind mount
/// of a device node does not stop writes to the device. Each target has a device of its own, whose
/// label names the volume, so that it is found without a record.
public final class DeviceViews {
  private static final String SUFFIX = ".ro";

  private final Linux linux;

  /// The views that this process made, known even if their labels were changed.
  private final Map<Path, VolumeId> made = new ConcurrentHashMap<>();

  public DeviceViews(Linux linux) {
    this.linux = linux;
  }

  /// Makes a view of a volume's device, for one target: a pod with a view can make it show
  /// something else (LOOP_CHANGE_FD), and that must affect no other pod.
  public Path over(VolumeId id, Path device, Rollback rollback) throws IOException {
    Path view =
        linux
            .loops()
            .attach(new Attach(device, Access.READ_ONLY, false, id.text() + SUFFIX))
            .device();
    made.put(view, id);
    rollback.add(() -> detach(id, view));
    return view;
  }

  /// Detaches a volume's views that no mount shows any more, whatever they show now.
  public void release(VolumeId id) throws StorageException, IOException {
    Set<Path> views = new TreeSet<>();
    of(id).forEach(view -> views.add(view.device()));
    made.forEach((view, of) -> {
      if (of.equals(id)) {
        views.add(view);
      }
    });
    for (Path view : views) {
      if (!isShown(view)) {
        detach(id, view);
      }
    }
  }

  /// Makes a volume's view as large as its device is now.
  public void resize(VolumeId id) throws IOException {
    for (Loop view : of(id)) {
      long _ = linux.loops().resize(view.device());
    }
  }

  private void detach(VolumeId id, Path view) throws StorageException, IOException {
    try {
      linux.loops().detach(view);
      made.remove(view);
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

  /// Whether a mount shows a view: mountinfo has the name of a bound device node as the root.
  private boolean isShown(Path view) throws IOException {
    String root = "/" + view.getFileName();
    for (Mounts.Entry entry : linux.mounts().everywhere()) {
      if (entry.root().equals(root)) {
        return true;
      }
    }
    return false;
  }
}
