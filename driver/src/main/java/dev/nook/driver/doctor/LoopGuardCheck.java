package dev.nook.driver.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Checks that this host's own udev and LVM leave tenants' volumes alone, as the files of
/// `deploy/host` make them.
///
/// @param root the host's `/`
record LoopGuardCheck(Path root) {
  static final String RULES = "60-nook.rules";

  /// Where udev looks for rules ([udev(7)](https://man7.org/linux/man-pages/man7/udev.7.html)).
  private static final List<String> RULE_DIRECTORIES =
      List.of(
          "etc/udev/rules.d",
          "run/udev/rules.d",
          "usr/local/lib/udev/rules.d",
          "usr/lib/udev/rules.d",
          "lib/udev/rules.d");

  private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");
  private static final Pattern FILTER =
      Pattern.compile("\\bglobal_filter\\s*=\\s*\\[((?:\\s*\"[^\"]*\"\\s*,?)*)\\s*]");
  private static final Pattern ENTRY = Pattern.compile("\"([ar])([^\"])(.*?)\\2\"");
  private static final String LOOP = "/dev/loop7";

  List<Finding> findings() throws IOException {
    if (!Files.isDirectory(root.resolve("run/udev"))) {
      return List.of(
          Finding.less(
              "host",
              "no udev is visible here, which in a pod says nothing about the node",
              "look on the node: ls /etc/udev/rules.d/%s; lvmconfig devices/global_filter"
                  .formatted(RULES)));
    }
    return List.of(udev(), lvm());
  }

  private Finding udev() {
    return RULE_DIRECTORIES.stream()
            .anyMatch(directory -> Files.exists(root.resolve(directory).resolve(RULES)))
        ? Finding.fine("host's udev", "leaves volumes alone (%s)".formatted(RULES))
        : Finding.less(
            "host's udev",
            "looks into tenants' volumes and makes links for the labels that it finds",
            "copy deploy/host/%1$s to /etc/udev/rules.d/%1$s, then udevadm control --reload"
                .formatted(RULES));
  }

  private Finding lvm() throws IOException {
    Path settings = root.resolve("etc/lvm");
    if (!Files.isDirectory(settings)) {
      return Finding.fine("host's LVM", "not installed");
    }
    return listed(settings.resolve("devices/system.devices"))
            || rejected(settings.resolve("lvmlocal.conf"))
            || rejected(settings.resolve("lvm.conf"))
        ? Finding.fine("host's LVM", "leaves loop devices alone")
        : Finding.less(
            "host's LVM",
            "looks into loop devices, and would activate a tenant's volume group",
            "copy deploy/host/lvmlocal.conf to /etc/lvm/, or add its entry to your global_filter");
  }

  /// Whether the host has a devices file, in which case LVM uses only what it lists.
  private static boolean listed(Path devices) throws IOException {
    return Files.exists(devices) && !Files.readString(devices).contains("/dev/loop");
  }

  /// Whether the first filter entry that a loop device matches rejects it
  /// ([lvm.conf(5)](https://man7.org/linux/man-pages/man5/lvm.conf.5.html)).
  private static boolean rejected(Path settings) throws IOException {
    if (!Files.exists(settings)) {
      return false;
    }
    String text = COMMENT.matcher(Files.readString(settings)).replaceAll("");
    return FILTER
        .matcher(text)
        .results()
        .flatMap(filter -> ENTRY.matcher(filter.group(1)).results())
        .filter(LoopGuardCheck::matches)
        .findFirst()
        .filter(entry -> entry.group(1).equals("r"))
        .isPresent();
  }

  private static boolean matches(MatchResult entry) {
    try {
      return Pattern.compile(entry.group(3)).matcher(LOOP).find();
    } catch (PatternSyntaxException _) {
      return false; // An expression that cannot be interpreted here does not count.
    }
  }
}
