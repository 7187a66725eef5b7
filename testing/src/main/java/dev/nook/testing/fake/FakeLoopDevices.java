package dev.nook.testing.fake;

import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// [loop(4)](https://man7.org/linux/man-pages/man4/loop.4.html) without devices.
final class FakeLoopDevices implements LoopDevices {
  private final FakeKernel kernel;

  FakeLoopDevices(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Loop attach(Attach attach) throws IOException {
    Place backing =
        kernel.table.noFollow(attach.backing()).mustExist("open").mustNotBeALink("open");
    if (backing.isDirectory()) {
      throw backing.refused(
          "open", attach.access() == Access.READ_WRITE ? Errno.EISDIR : Errno.EINVAL);
    }
    if (attach.access() == Access.READ_WRITE) {
      backing.mustBeWritable("open");
    }
    Optional<Attached> lower = lower(backing);
    if (backing.isBlockDevice() && lower.isEmpty()) {
      throw backing.refused("LOOP_CONFIGURE", Errno.ENXIO);
    }
    if (lower.isEmpty() && attached(backing, attach.access()).isPresent()) {
      throw backing.refused("LOOP_CONFIGURE", Errno.EBUSY);
    }
    int number = 0;
    while (kernel.loops.containsKey(number)) {
      number++;
    }
    Path device = kernel.devices.folder.resolve("loop" + number);
    Attached made =
        new Attached(
            number,
            device,
            device,
            backing,
            attach.access(),
            attach.label(),
            lower,
            kernel.open(backing));
    kernel.loops.put(number, made);
    return made.loop();
  }

  private Optional<Attached> lower(Place backing) {
    return backing.isBlockDevice() ? kernel.loopAt(backing) : Optional.empty();
  }

  private Optional<Attached> attached(Place backing, Access access) throws IOException {
    Optional<Attached> lower = lower(backing);
    long inode = backing.inode();
    return kernel.loops.values().stream()
        .filter(loop -> loop.access == access)
        .filter(loop ->
            lower.isPresent() ? loop.shows(lower.get()) : loop.shows(backing.superblock(), inode))
        .findFirst();
  }

  @Override
  public Optional<Loop> find(Path backing, Access access) throws IOException {
    Place place = kernel.table.noFollow(backing);
    return place.exists() ? attached(place, access).map(Attached::loop) : Optional.empty();
  }

  @Override
  public Optional<Loop> at(Path device) throws IOException {
    return attached(device).map(Attached::loop);
  }

  /// What is attached at a device; ENOTTY when that is something else.
  private Optional<Attached> attached(Path device) throws IOException {
    Place place = kernel.table.noFollow(device);
    if (!place.exists()) {
      return Optional.empty();
    }
    if (!place.mustNotBeALink("open").isBlockDevice()) {
      throw place.refused("open loop device", Errno.ENOTTY);
    }
    return kernel.loopAt(place);
  }

  @Override
  public boolean isStill(Loop seen) {
    return kernel.loops.values().stream()
        .anyMatch(loop ->
            loop.device.equals(seen.device())
                && loop.backingDevice == seen.backingDevice()
                && loop.backingInode == seen.backingInode());
  }

  @Override
  public List<Loop> all() {
    return known();
  }

  @Override
  public List<Loop> known() {
    return kernel.loops.values().stream()
        .sorted(Comparator.comparingInt(loop -> loop.number))
        .map(Attached::loop)
        .toList();
  }

  @Override
  public Loop verify(Path device, boolean discards) throws IOException {
    return attached(device)
        .orElseThrow(() -> new SystemCallException("attach", device.toString(), Errno.ENXIO))
        .loop();
  }

  @Override
  public void detach(Path device) throws IOException {
    Optional<Attached> found = attached(device);
    if (found.isEmpty()) {
      return;
    }
    Attached loop = found.get();
    if (kernel.table.isMounted(loop) || loop.opens > 0) {
      throw new SystemCallException("detach", device.toString(), Errno.EBUSY);
    }
    kernel.loops.remove(loop.number);
    loop.descriptor.close();
    loop.forgetNode();
  }

  @Override
  public void sync(Path device) throws IOException {
    if (attached(device).isEmpty()) {
      throw new SystemCallException("fsync", device.toString(), Errno.ENXIO);
    }
  }

  @Override
  public long resize(Path device) throws IOException {
    Attached loop =
        attached(device)
            .orElseThrow(() -> new SystemCallException("resize", device.toString(), Errno.ENXIO));
    loop.resize();
    return loop.bytes;
  }
}
