package dev.nook.driver.doctor;

import dev.nook.linux.process.Processes;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The command that installs a filesystem's tools, by this host's package manager.
enum Packages {
  APT("apt-get", "apt-get install -y", "e2fsprogs", "xfsprogs", "btrfs-progs"),
  DNF("dnf", "dnf install -y", "e2fsprogs", "xfsprogs", "btrfs-progs"),
  ZYPPER("zypper", "zypper install -y", "e2fsprogs", "xfsprogs", "btrfsprogs"),
  APK("apk", "apk add", "e2fsprogs e2fsprogs-extra", "xfsprogs xfsprogs-extra", "btrfs-progs");

  private final String tool;
  private final String install;
  private final List<String> names;

  Packages(String tool, String install, String... names) {
    this.tool = tool;
    this.install = install;
    this.names = List.of(names);
  }

  private static Optional<Packages> here(Predicate<String> installed) {
    for (Packages packages : values()) {
      if (installed.test(packages.tool)) {
        return Optional.of(packages);
      }
    }
    return Optional.empty();
  }

  /// Returns the command that installs the tools of a filesystem here.
  static String installs(String fileSystem) {
    return installs(fileSystem, Processes::installed);
  }

  /// @param installed whether a host has a tool
  static String installs(String fileSystem, Predicate<String> installed) {
    int index = List.of("ext4", "xfs", "btrfs").indexOf(fileSystem);
    return here(installed)
        .map(packages -> packages.install + " " + packages.names.get(index))
        .orElseGet(() -> "install the package " + APT.names.get(index));
  }
}
