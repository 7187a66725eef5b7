package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.util.Optional;

/// One backing file, open, on its way onto a loop device. It is opened once and attached by that
/// descriptor, so that swapping the path attaches nothing else.
///
/// @param lease who else had the file open a moment ago
record Attaching(Attach wanted, Fd file, Backing backing, long bytes, Lease lease)
    implements AutoCloseable {
  static final int SECTOR_BYTES = 4096;
  private static final int ATTEMPTS = 64;

  static Attaching open(Attach attach) throws IOException {
    OpenFlag access = attach.access() == Access.READ_WRITE ? O_RDWR : O_RDONLY;
    Fd file = Syscalls.open(attach.backing(), access, O_NOFOLLOW);
    try {
      FileStatus status = Syscalls.fstat(file);
      if (!status.isFile() && !status.isBlockDevice()) {
        throw new SystemCallException("attach", attach.backing().toString(), Errno.EINVAL);
      }
      Lease lease = status.isFile() ? Lease.on(file, access) : Lease.UNKNOWN;
      Backing backing = Backing.of(status, attach.access());
      return new Attaching(attach, file, backing, status.sizeBytes(), lease);
    } catch (SystemCallException e) {
      file.close();
      throw e;
    }
  }

  /// Makes a device. Another program that asks the kernel for a free one may be given it first:
  /// then the kernel says so, the device is left alone and another one made.
  ///
  /// Discards are off before anything is attached, so that a driver that dies in between leaves no
  /// device on which they are on.
  Loop make(LoopNumbers numbers, LoopIndex index) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int number = numbers.add();
      try {
        Optional<Loop> made = make(number, index);
        if (made.isPresent()) {
          return made.get();
        }
      } catch (IOException e) {
        LoopNumbers.remove(number);
        throw e;
      }
    }
    throw busy("every free loop device was taken by somebody else");
  }

  private Optional<Loop> make(int number, LoopIndex index) throws IOException {
    Optional<Fd> device = LoopNodes.open(LoopNodes.node(number), O_RDWR);
    if (device.isEmpty()) {
      return Optional.empty();
    }
    try (Fd fd = device.get()) {
      if (refusesDiscards()) {
        Discards.refuse(LoopNodes.node(number));
      }
      return configure(fd) ? Optional.of(finish(number, fd, index)) : Optional.empty();
    }
  }

  /// False when somebody else has taken the device. Direct I/O that the kernel refuses is done
  /// without.
  private boolean configure(Fd device) throws SystemCallException {
    int flags = wanted.access() == Access.READ_ONLY ? LoopStatus.LO_FLAGS_READ_ONLY : 0;
    try {
      configure(device, flags | LoopStatus.LO_FLAGS_DIRECT_IO);
      return true;
    } catch (SystemCallException direct) {
      if (direct.is(Errno.EBUSY)) {
        return false;
      }
      if (!direct.is(Errno.EINVAL)) {
        throw direct;
      }
    }
    try {
      configure(device, flags);
      return true;
    } catch (SystemCallException buffered) {
      if (buffered.is(Errno.EBUSY)) {
        return false;
      }
      throw buffered;
    }
  }

  private void configure(Fd device, int flags) throws SystemCallException {
    LoopCalls.configure(
        device, LoopStatus.configuration(file.number(), SECTOR_BYTES, flags, wanted.label()));
  }

  /// From here on the device is ours, and what is wrong with it takes it down again.
  private Loop finish(int number, Fd device, LoopIndex index) throws IOException {
    try {
      if (refusesDiscards()) {
        Discards.refuse(LoopNodes.node(number));
      }
      Shown shown = verified(number, device);
      return index.attached(number, LoopCalls.sequence(device), shown);
    } catch (IOException e) {
      try {
        LoopCalls.clear(device);
      } catch (SystemCallException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /// A read-only device discards nothing anyway: a limit on it would only be left to whoever comes
  /// next.
  private boolean refusesDiscards() {
    return !wanted.discards() && wanted.access() == Access.READ_WRITE;
  }

  private Shown verified(int number, Fd device) throws IOException {
    Optional<LoopStatus> status = LoopCalls.status(device);
    int sector = LoopCalls.sectorBytes(device);
    if (status.isEmpty() || sector != SECTOR_BYTES) {
      throw new IOException(
          "%s shows %s with %d-byte sectors instead of %d"
              .formatted(device, status.isEmpty() ? "nothing" : file, sector, SECTOR_BYTES));
    }
    Shown shown = status.get().shown(LoopNodes.backingFile(number));
    boolean readOnly = wanted.access() == Access.READ_ONLY;
    if (!shown.isBehind(backing) || status.get().readOnly() != readOnly) {
      throw new IOException("%s does not show %s but %s".formatted(device, file, shown));
    }
    return shown;
  }

  SystemCallException busy(String why) {
    return new SystemCallException("attach", "%s (%s)".formatted(file, why), Errno.EBUSY);
  }

  @Override
  public void close() throws SystemCallException {
    file.close();
  }
}
