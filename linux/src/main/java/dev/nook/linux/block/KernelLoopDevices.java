package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The kernel's loop devices. Nothing is remembered but hints, each verified when it is used.
public final class KernelLoopDevices implements LoopDevices {
  private final Map<Backing, Path> hints = new ConcurrentHashMap<>();
  private final Set<Backing> attaching = ConcurrentHashMap.newKeySet();

  /// Two calls for one backing file never overlap, whatever its name, and calls for different files
  /// never wait for each other: a hanging disk keeps its own volumes only.
  @Override
  public Loop attach(Attach attach) throws IOException {
    try (Attaching attempt = Attaching.open(attach)) {
      Backing backing = attempt.backing();
      if (!attaching.add(backing)) {
        throw attempt.busy("being attached");
      }
      try {
        Optional<Loop> present = find(backing);
        if (present.isPresent()) {
          throw attempt.busy("attached at " + present.get().device());
        }
        Loop loop = attempt.make();
        hints.put(backing, loop.device());
        return loop;
      } finally {
        attaching.remove(backing);
      }
    }
  }

  @Override
  public Optional<Loop> find(Path backing, Access access) throws IOException {
    try {
      return find(Backing.of(Syscalls.lstat(backing), access));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<Loop> find(Backing backing) throws IOException {
    Path hint = hints.get(backing);
    if (hint != null) {
      Optional<Loop> loop = at(hint);
      if (loop.isPresent() && backing.isBehind(loop.get())) {
        return loop;
      }
      hints.remove(backing, hint);
    }
    for (Loop loop : all()) {
      if (backing.isBehind(loop)) {
        hints.put(backing, loop.device());
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Loop> at(Path device) throws IOException {
    Optional<Fd> open = LoopNodes.open(device, O_RDONLY);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    try (Fd fd = open.get()) {
      Optional<LoopStatus> status = LoopCalls.status(fd);
      return status.isEmpty() ? Optional.empty() : Optional.of(status.get().describe(device, fd));
    }
  }

  @Override
  public List<Loop> all() throws IOException {
    List<Loop> loops = new ArrayList<>();
    for (Path node : LoopNodes.attached()) {
      at(node).ifPresent(loops::add);
    }
    return loops;
  }

  @Override
  public void detach(Path device) throws IOException {
    new Detaching(device, this).run();
    hints.values().remove(device);
  }

  @Override
  public void sync(Path device) throws IOException {
    Optional<Fd> open = LoopNodes.open(device, O_RDONLY);
    if (open.isEmpty()) {
      throw new SystemCallException("fsync", device.toString(), Errno.ENXIO);
    }
    try (Fd fd = open.get()) {
      Syscalls.fsync(fd);
    }
  }

  @Override
  public long resize(Path device) throws IOException {
    Optional<Fd> open = LoopNodes.open(device, O_RDONLY);
    if (open.isEmpty()) {
      throw new SystemCallException("resize", device.toString(), Errno.ENXIO);
    }
    try (Fd fd = open.get()) {
      LoopCalls.setCapacity(fd);
      return LoopCalls.bytes(fd);
    }
  }
}
