package dev.nook.tools.bench.io;

import java.nio.file.Path;

/// Where a load is put: a file in a directory, or a whole block device.
///
/// @param kept what is read and written in place
/// @param appended what is appended to
record IoTarget(String name, Path kept, Path appended) {
  static IoTarget directory(String name, Path directory) {
    return new IoTarget(name, directory.resolve("kept"), directory.resolve("appended"));
  }

  static IoTarget device(String name, Path device) {
    return new IoTarget(name, device, device);
  }

  boolean isDevice() {
    return kept.equals(appended);
  }
}
