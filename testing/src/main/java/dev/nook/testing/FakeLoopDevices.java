package dev.nook.testing;

import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.syscall.Errno;
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
    Place backing = kernel.table.follow(attach.backing()).mustExist("open");
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
    if (attached(backing, attach.access()).isPresent()) {
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
    for (Attached loop : kernel.loops.values()) {
      if (loop.shows(backing, lower, access)) {
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Loop> find(Path backing, Access access) throws IOException {
    Place place = kernel.table.follow(backing).mustExist("stat");
    return attached(place, access).map(Attached::loop);
  }

  @Override
  public Optional<Loop> at(Path device) throws IOException {
    return kernel.loopAt(device(device)).map(Attached::loop);
  }

  private Place device(Path path) throws IOException {
    Place place = kernel.table.follow(path).mustExist("open");
    if (!place.isBlockDevice()) {
      throw place.refused("LOOP_GET_STATUS64", Errno.ENOTTY);
    }
    return place;
  }

  @Override
  public List<Loop> all() {
    return kernel.loops.values().stream()
        .sorted(Comparator.comparingInt(loop -> loop.number))
        .map(Attached::loop)
        .toList();
  }

  @Override
  public void detach(Path device) throws IOException {
    Place place = device(device);
    Optional<Attached> found = kernel.loopAt(place);
    if (found.isEmpty()) {
      return;
    }
    Attached loop = found.get();
    if (kernel.table.isMounted(loop) || loop.opens > 0) {
      throw place.refused("LOOP_CLR_FD", Errno.EBUSY);
    }
    kernel.loops.remove(loop.number);
    loop.descriptor.close();
    loop.forgetNode();
  }

  @Override
  public long resize(Path device) throws IOException {
    Place place = device(device);
    Attached loop =
        kernel.loopAt(place).orElseThrow(() -> place.refused("LOOP_SET_CAPACITY", Errno.ENXIO));
    loop.resize();
    return loop.bytes;
  }
}
