package dev.nook.driver.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Checks that pods will see what the driver mounts below kubelet's directory.
record KubeletCheck(Path directory, String mountInfo) {
  static KubeletCheck of(Path directory) throws IOException {
    return new KubeletCheck(directory, Files.readString(Path.of("/proc/self/mountinfo")));
  }

  List<Finding> findings() {
    if (!Files.isDirectory(directory)) {
      return List.of(
          Finding.less(
              "kubelet",
              directory + " does not exist",
              "on a Kubernetes node name kubelet's directory with --kubelet-dir"));
    }
    return List.of(propagation());
  }

  Finding propagation() {
    Optional<Mount> mount =
        mountInfo
            .lines()
            .map(Mount::parse)
            .filter(candidate -> directory.startsWith(candidate.point))
            .max(Comparator.comparingInt(candidate -> candidate.point.getNameCount()));
    boolean shared = mount.isPresent() && mount.get().shared;
    return shared
        ? Finding.fine("kubelet", "mounts below " + directory + " reach the pods (shared)")
        : Finding.missing(
            "kubelet",
            "mounts below %s do not reach the pods: the mount at %s is not shared"
                .formatted(directory, mount.map(Mount::point).orElse(Path.of("/"))),
            "mount --make-rshared %s; in a pod set mountPropagation: Bidirectional"
                .formatted(mount.map(Mount::point).orElse(Path.of("/"))));
  }

  /// The fields of a mountinfo line that matter here
  /// ([proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)).
  private record Mount(Path point, boolean shared) {
    static Mount parse(String line) {
      String[] fields = line.split(" ");
      int separator = List.of(fields).indexOf("-");
      boolean shared =
          List.of(fields).subList(6, separator).stream()
              .anyMatch(field -> field.startsWith("shared:"));
      return new Mount(Path.of(fields[4].replace("\\040", " ")), shared);
    }
  }
}
