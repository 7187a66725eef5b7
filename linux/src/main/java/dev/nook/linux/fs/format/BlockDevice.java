package dev.nook.linux.fs.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;

/// A block device by its number, as sysfs describes it.
record BlockDevice(Path node, long bytes) {
  private static final int SECTOR = 512;
  private static final String NAME = "DEVNAME=";

  /// @param number st_dev of a file on it, or st_rdev of its node
  static BlockDevice of(long number) throws IOException {
    Path sysfs = Path.of("/sys/dev/block", DeviceNumber.text(number));
    String name =
        attribute(sysfs.resolve("uevent"))
            .lines()
            .filter(line -> line.startsWith(NAME))
            .findFirst()
            .orElseThrow(() -> new IOException(sysfs + " names no device node"));
    return new BlockDevice(
        Path.of("/dev", name.substring(NAME.length())),
        Long.parseLong(attribute(sysfs.resolve("size")).strip()) * SECTOR);
  }

  private static String attribute(Path file) throws IOException {
    return new String(PseudoFile.attribute(file), UTF_8);
  }
}
