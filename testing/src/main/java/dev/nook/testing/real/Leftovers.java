package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds what a test leaves on a host: mounts and loop devices of its folder or labels, and
/// children of this process. Others may work on the same host, so nothing else counts.
public final class Leftovers {
  private final Linux linux;
  private final Path folder;
  private final Set<String> labels;
  private final Set<String> before;

  private Leftovers(Linux linux, Path folder, Set<String> labels) throws IOException {
    this.linux = linux;
    this.folder = folder;
    this.labels = labels;
    this.before = new HashSet<>(present());
  }

  /// Looks before the test; what is there already does not count.
  public static Leftovers since(Linux linux, Path folder, String... labels) throws IOException {
    return new Leftovers(linux, folder, Set.of(labels));
  }

  /// Fails, naming everything that has appeared since and is still there.
  public void assertNone() throws IOException {
    List<String> left = present();
    left.removeAll(before);
    assertThat(left).as("left on this host").isEmpty();
  }

  private List<String> present() throws IOException {
    Owned owned = Owned.below(folder, linux, labels);
    List<String> present = new ArrayList<>();
    for (var mount : owned.mounts()) {
      present.add("mount %d of %s on %s".formatted(mount.id(), mount.source(), mount.mountPoint()));
    }
    for (var loop : owned.loops()) {
      present.add(
          "loop device %s of %s (%s)"
              .formatted(loop.device(), Owned.backingFile(loop.device()), loop.label()));
    }
    Set<ProcessHandle> children = ProcessHandle.current().descendants().collect(Collectors.toSet());
    for (ProcessHandle child : children) {
      String command = child.info().commandLine().orElse("of unknown command");
      present.add("process %d %s".formatted(child.pid(), command));
    }
    return present;
  }
}
