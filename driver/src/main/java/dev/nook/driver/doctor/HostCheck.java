package dev.nook.driver.doctor;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.format.Capability;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Landlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Checks what this host can and cannot do, whatever its pools are.
public final class HostCheck {
  private static final int JDK = 25;

  /// The oldest Linux on which a volume can be published: mount_setattr(2) came with it.
  public static final String OLDEST_KERNEL = "5.12";

  /// The oldest Linux whose btrfs has simple quotas.
  public static final String QUOTA_KERNEL = "6.7";

  private static final Map<String, List<String>> TOOLS =
      new TreeMap<>(
          Map.of(
              "ext4", List.of("mkfs.ext4", "e2fsck", "resize2fs"),
              "xfs", List.of("mkfs.xfs", "xfs_repair"),
              "btrfs", List.of("mkfs.btrfs")));

  private static final List<String> CAGE =
      List.of("setpriv", "prlimit", "unshare", "nice", "ionice", "sh");

  private final Linux linux;

  public HostCheck(Linux linux) {
    this.linux = linux;
  }

  public List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(admin());
    findings.add(resource());
    findings.add(java(Runtime.version().feature()));
    findings.add(kernel(System.getProperty("os.version", "")));
    findings.add(loops());
    TOOLS.forEach((fileSystem, tools) -> findings.add(tools(fileSystem, tools)));
    findings.add(cage(Processes::installed, Landlock.version()));
    String known = Files.readString(Path.of("/proc/filesystems"));
    for (String fileSystem : TOOLS.keySet()) {
      findings.add(fileSystem(fileSystem, known));
    }
    return findings;
  }

  private static Finding admin() throws IOException {
    return Capability.SYS_ADMIN.isEffective()
        ? Finding.fine("privilege", "may mount (CAP_SYS_ADMIN)")
        : Finding.missing(
            "privilege",
            "may not mount: CAP_SYS_ADMIN is missing",
            "run as root; in a container set securityContext.privileged: true");
  }

  private static Finding resource() throws IOException {
    return Capability.SYS_RESOURCE.isEffective()
        ? Finding.fine("ext4 expansion", "works while mounted (CAP_SYS_RESOURCE)")
        : Finding.less(
            "ext4 expansion",
            "does not work while mounted: CAP_SYS_RESOURCE is missing; the next mount expands it",
            "give the driver CAP_SYS_RESOURCE, or use xfs in classes whose volumes are expanded in use");
  }

  static Finding java(int feature) {
    return feature == JDK
        ? Finding.fine("Java", Runtime.version().toString())
        : Finding.less("Java", "%d, not %d".formatted(feature, JDK), "run Nook with Java " + JDK);
  }

  static Finding kernel(String release) {
    int version = version(release);
    if (version < version(OLDEST_KERNEL)) {
      return Finding.missing("kernel", release, "Nook needs Linux " + OLDEST_KERNEL + " or newer");
    }
    return version < version(QUOTA_KERNEL)
        ? Finding.less(
            "kernel",
            release + ": no simple quotas, so the size of directory volumes cannot be enforced",
            "use Linux " + QUOTA_KERNEL + " or newer for classes with backend: directory")
        : Finding.fine("kernel", release);
  }

  private static int version(String release) {
    String[] parts = release.split("[^0-9]+");
    return parts.length < 2 ? 0 : Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]);
  }

  private Finding loops() {
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      return Finding.missing(
          "loop devices",
          "/dev/loop-control does not exist",
          "modprobe loop; in a container mount the host's /dev");
    }
    try {
      return Finding.fine("loop devices", "%d attached".formatted(linux.loops().all().size()));
    } catch (IOException e) {
      return Finding.missing(
          "loop devices", String.valueOf(e.getMessage()), "run as root with the host's /dev");
    }
  }

  private static Finding tools(String fileSystem, List<String> tools) {
    List<String> absent = tools.stream().filter(tool -> !Processes.installed(tool)).toList();
    String subject = fileSystem + " tools";
    if (absent.isEmpty()) {
      return Finding.fine(subject, String.join(", ", tools));
    }
    String found = "not installed: " + String.join(", ", absent);
    String fix = Packages.installs(fileSystem);
    return fileSystem.equals("ext4")
        ? Finding.missing(subject, found, fix)
        : Finding.less(subject, found, fix);
  }

  /// Checks what keeps a checker of a damaged filesystem away from everything but the image.
  ///
  /// @param landlock the version of the kernel's interface, 0 where it has none
  static Finding cage(Predicate<String> installed, int landlock) {
    List<String> absent = CAGE.stream().filter(tool -> !installed.test(tool)).toList();
    if (!absent.isEmpty()) {
      return Finding.less(
          "cage of checkers",
          "tools that are not installed: " + String.join(", ", absent),
          "install util-linux and coreutils; until then no damaged volume can be checked");
    }
    return landlock == 0
        ? Finding.less(
            "cage of checkers",
            "this kernel has no landlock, so a checker could read all world-readable files",
            "boot with landlock in lsm=, or use a kernel with CONFIG_SECURITY_LANDLOCK")
        : Finding.fine("cage of checkers", "complete, landlock " + landlock);
  }

  private static Finding fileSystem(String name, String known) throws IOException {
    boolean loaded = known.lines().anyMatch(line -> line.strip().endsWith(name));
    Path modules = Path.of("/lib/modules", System.getProperty("os.version", ""), "modules.dep");
    boolean loadable =
        Files.isReadable(modules) && Files.readString(modules).contains("/%s.ko".formatted(name));
    return loaded || loadable
        ? Finding.fine(name, loaded ? "known to the kernel" : "a module of this kernel")
        : Finding.less(name, "unknown to this kernel", "modprobe " + name);
  }
}
