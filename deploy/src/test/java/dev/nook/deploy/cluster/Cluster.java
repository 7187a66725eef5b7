package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.util.ArrayList;
import java.util.List;

/// The words of `testing/cluster/cluster`, which makes the cluster that these tests run on.
final class Cluster {
  static final String PROGRAM = Shell.CHECKOUT.resolve("testing/cluster/cluster").toString();

  private Cluster() {}

  /// What the word printed; fails with what it complained about.
  static String run(String... words) {
    return end("", words).orFail();
  }

  static Shell.Ended end(String input, String... words) {
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    command.addAll(List.of(words));
    return Shell.end(input, command);
  }
}
