package dev.nook.driver;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The pools, as every command that looks at them takes them.
final class PoolFlags {
  @Option(
      names = "--pool",
      paramLabel = "POOL",
      required = true,
      split = "[;\n]",
      converter = FlagTypes.Pool.class,
      description = {
        "A pool of this node, repeatable: " + PoolFlag.GRAMMAR + ".",
        "In NOOK_POOL several are separated by ; or a newline."
      })
  List<PoolFlag> pools = new ArrayList<>();
}
