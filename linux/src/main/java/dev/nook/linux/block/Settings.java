package dev.nook.linux.block;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What can be set on a device that is attached. Whoever has its node open for writing can set most
/// of it (LOOP_SET_STATUS64), a driver that was killed may not have come to it, and who attaches by
/// hand sets something else.
record Settings(Path node, Fd device) {
  /// Puts right what can be: discards, direct I/O, and that the device is detached at its last
  /// close (LO_FLAGS_AUTOCLEAR). EINVAL for what would have to be attached anew.
  void require(boolean discards) throws IOException {
    int sector = LoopCalls.sectorBytes(device);
    if (sector != Attaching.SECTOR_BYTES) {
      throw wrong("has sectors of %d bytes, not %d".formatted(sector, Attaching.SECTOR_BYTES));
    }
    for (String attribute : new String[] {"offset", "sizelimit"}) {
      String value = is(attribute);
      if (!value.equals("0")) {
        throw wrong("was given %s %s, not 0".formatted(attribute, value));
      }
    }
    if (is("autoclear").equals("1")) {
      Optional<LoopStatus> status = LoopCalls.status(device);
      if (status.isPresent()) {
        LoopCalls.setStatus(device, status.get().withoutAutoclear());
      }
    }
    if (is("dio").equals("0")) {
      LoopCalls.askForDirectIo(device);
    }
    if (!discards) {
      Discards.refuse(node);
    }
  }

  private String is(String attribute) throws IOException {
    return LoopNodes.sysfs(node, "loop/" + attribute).orElse("");
  }

  private SystemCallException wrong(String what) {
    return new SystemCallException("attach", "%s %s".formatted(node, what), Errno.EINVAL);
  }
}
