package dev.nook.linux.block;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The settings of an attached device. A tenant with its node can change most of them
/// (LOOP_SET_STATUS64), a killed driver may not have made them, and a device that was attached by
/// hand has others.
record Settings(Path node, Fd device) {
  /// Corrects discards, direct I/O, and autoclear, by which the device would be detached at its
  /// last close (LO_FLAGS_AUTOCLEAR). EINVAL for settings that need another attach.
  void require(boolean discards) throws IOException {
    int sector = LoopCalls.sectorBytes(device);
    if (sector != Attaching.SECTOR_BYTES) {
      throw wrong(
          "has sectors of %d bytes instead of %d".formatted(sector, Attaching.SECTOR_BYTES));
    }
    for (String attribute : new String[] {"offset", "sizelimit"}) {
      String value = is(attribute);
      if (!value.equals("0")) {
        throw wrong("has %s %s instead of 0".formatted(attribute, value));
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
