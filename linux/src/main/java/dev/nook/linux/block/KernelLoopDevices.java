package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The kernel's loop devices. Only hints are kept in memory, and each is verified when it is used
/// ([LoopIndex]); a lease on a file proves that it is attached nowhere ([Lease]).
public final class KernelLoopDevices implements LoopDevices {
  private final LoopIndex index = new LoopIndex();
  private final LoopNumbers numbers = new LoopNumbers();
  private final Set<Backing> attaching = ConcurrentHashMap.newKeySet();

  /// Attaches a file. Two calls for one file do not overlap, whatever its name, and calls for
  /// different files do not wait for each other: a hanging disk holds up only its own volumes.
  @Override
  public Loop attach(Attach attach) throws IOException {
    try (Attaching attempt = Attaching.open(attach)) {
      Backing backing = attempt.backing();
      if (backing.rdev() != 0) {
        return attempt.make(numbers, index);
      }
      if (!attaching.add(backing)) {
        throw attempt.busy("being attached");
      }
      try {
        Optional<Loop> present = find(backing, attempt.lease());
        if (present.isPresent()) {
          throw attempt.busy("attached at " + present.get().device());
        }
        if (attempt.lease() == Lease.REFUSED) {
          requireToldApart(attempt);
        }
        return attempt.make(numbers, index);
      } finally {
        attaching.remove(backing);
      }
    }
  }

  /// Throws EBUSY when an unknown device may show this file, which somebody has open. A mere reader
  /// does no harm.
  private void requireToldApart(Attaching attempt) throws IOException {
    for (Loop loop : index.look()) {
      if (loop.backingInode() == 0 && loop.bytes() <= attempt.bytes()) {
        throw attempt.busy("may be attached at %s, which cannot be asked".formatted(loop.device()));
      }
    }
  }

  @Override
  public Optional<Loop> find(Path backing, Access access) throws IOException {
    FileStatus status;
    try {
      status = Syscalls.lstat(backing);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
    if (!status.isFile() && !status.isBlockDevice()) {
      return Optional.empty();
    }
    Backing wanted = Backing.of(status, access);
    Optional<Loop> known = index.of(wanted);
    return known.isPresent() ? known : find(wanted, lease(backing, status));
  }

  private Optional<Loop> find(Backing backing, Lease lease) throws IOException {
    Optional<Loop> known = index.of(backing);
    if (known.isPresent() || lease == Lease.TAKEN) {
      return known;
    }
    List<Loop> _ = index.look();
    return index.of(backing);
  }

  private static Lease lease(Path file, FileStatus status) throws IOException {
    if (!status.isFile()) {
      return Lease.UNKNOWN;
    }
    try (Fd fd = Syscalls.open(file, O_RDONLY, O_NOFOLLOW, O_NONBLOCK)) {
      return Lease.on(fd, O_RDONLY);
    }
  }

  @Override
  public Optional<Loop> at(Path device) throws IOException {
    return LoopNodes.isLoop(device) ? index.at(LoopNodes.number(device)) : Optional.empty();
  }

  @Override
  public List<Loop> known() {
    return index.known();
  }

  @Override
  public boolean isStill(Loop seen) throws IOException {
    return index.isStill(seen);
  }

  @Override
  public List<Loop> all() throws IOException {
    return index.look();
  }

  @Override
  public Loop verify(Path device, boolean discards) throws IOException {
    try (Fd fd = open("attach", device)) {
      if (LoopNodes.isAttached(LoopNodes.number(device))) {
        new Settings(device, fd).require(discards);
      }
      return attached(device);
    }
  }

  private Loop attached(Path device) throws IOException {
    return at(device)
        .orElseThrow(() -> new SystemCallException("attach", device.toString(), Errno.ENXIO));
  }

  @Override
  public void detach(Path device) throws IOException {
    new Detaching(device, index).run();
  }

  @Override
  public void sync(Path device) throws IOException {
    try (Fd fd = open("fsync", device)) {
      Syscalls.fsync(fd);
    }
  }

  @Override
  public long resize(Path device) throws IOException {
    try (Fd fd = open("resize", device)) {
      LoopCalls.setCapacity(fd);
      return LoopCalls.bytes(fd);
    }
  }

  private static Fd open(String call, Path device) throws IOException {
    return LoopNodes.open(device, O_RDONLY)
        .orElseThrow(() -> new SystemCallException(call, device.toString(), Errno.ENXIO));
  }
}
