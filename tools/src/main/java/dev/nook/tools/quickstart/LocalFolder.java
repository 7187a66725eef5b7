package dev.nook.tools.quickstart;

import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.Mounts;
import dev.nook.rpc.Endpoint;
import dev.nook.store.PoolConfig;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The folder of a local driver, and how everything in it is removed: what is mounted below it,
/// what is attached from it, then the folder. The kernel is asked what there is, so the remains of
/// a killed run are removed too.
public record LocalFolder(Linux linux, Path root, List<String> pools) {
  private static final String LOCK = "lock";

  Endpoint endpoint() {
    return new Endpoint(root.resolve("csi.sock"));
  }

  Path kubelet() {
    return root.resolve("kubelet");
  }

  /// A path in the kubelet directory.
  public Path kubelet(String below) {
    return kubelet().resolve(below);
  }

  /// Returns a pool in an image of its own.
  public PoolConfig pool(String name, long bytes, FileSystemType type) {
    return PoolConfig.of(new PoolName(name), pool(name))
        .withImage(new PoolConfig.Image(bytes, type));
  }

  /// Throws IOException unless this many bytes are free.
  public void requireRoom(long neededBytes) throws IOException {
    long free = linux.disk().space(root).availableBytes();
    if (free < neededBytes) {
      throw new IOException(
          "%s are needed below %s, but %s are free; choose another place with --dir"
              .formatted(Size.text(neededBytes), root, Size.text(free)));
    }
  }

  public Path pool(String name) {
    return root.resolve(name);
  }

  Path image(String pool) {
    return root.resolve(pool + ".img");
  }

  /// Makes and locks the folder, or takes over one that an earlier run left. Returns empty while
  /// another run holds it.
  Optional<Disk.Held> take() throws IOException {
    boolean known = linux.disk().stat(root).isEmpty();
    makeDirectories(root);
    known |= linux.disk().stat(root.resolve(LOCK)).isPresent() || linux.disk().list(root).isEmpty();
    if (!known) {
      throw new IOException(
          "%s was not made by Nook; choose a new folder with --dir".formatted(root));
    }
    return linux.disk().tryLock(root.resolve(LOCK));
  }

  public void makeDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && linux.disk().stat(directory).isEmpty()) {
      makeDirectories(parent);
      linux.disk().makeDirectory(directory);
    }
  }

  /// Removes everything but the folder and its lock.
  void clear() throws IOException {
    unmount(mount -> pools.stream().map(this::pool).noneMatch(mount.mountPoint()::equals));
    for (String pool : pools) {
      detachVolumes(pool(pool).resolve("volumes"));
      detachVolumes(pool(pool).resolve("staging"));
    }
    unmount(_ -> true);
    for (String pool : pools) {
      detach(image(pool));
    }
    for (String name : names()) {
      remove(root.resolve(name));
    }
  }

  /// Removes the folder itself, as the last step.
  void remove() throws IOException {
    remove(root.resolve(LOCK));
    linux.disk().remove(root);
    Path parent = root.getParent();
    if (parent != null && parent.endsWith(".nook") && linux.disk().list(parent).isEmpty()) {
      linux.disk().remove(parent);
    }
  }

  private List<String> names() throws IOException {
    return linux.disk().list(root).stream().filter(name -> !name.equals(LOCK)).toList();
  }

  private void unmount(Predicate<Mounts.Entry> which) throws IOException {
    List<Path> points = new ArrayList<>();
    for (Mounts.Entry mount : linux.mounts().all()) {
      if (mount.mountPoint().startsWith(root)
          && !mount.mountPoint().equals(root)
          && which.test(mount)) {
        points.addFirst(mount.mountPoint());
      }
    }
    for (Path point : points) {
      linux.mounts().unmount(point);
    }
  }

  private void detachVolumes(Path homes) throws IOException {
    if (linux.disk().stat(homes).isPresent()) {
      for (String home : linux.disk().list(homes)) {
        detach(homes.resolve(home).resolve("image"));
      }
    }
  }

  private void detach(Path image) throws IOException {
    if (linux.disk().stat(image).isPresent()) {
      Optional<Loop> loop = linux.loops().find(image, Access.READ_WRITE);
      if (loop.isPresent()) {
        linux.loops().detach(loop.get().device());
      }
    }
  }

  private void remove(Path path) throws IOException {
    boolean directory =
        linux.disk().stat(path).filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isPresent();
    if (directory) {
      linux.disk().removeTree(path);
    } else {
      linux.disk().remove(path);
    }
  }
}
