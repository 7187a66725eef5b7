package dev.nook.driver.cli;

import dev.nook.store.pool.PoolConfig;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The pools, as every command that looks at them takes them.
public final class PoolFlags {
  @Option(
      names = "--pool",
      paramLabel = "POOL",
      split = "[;\n]",
      splitSynopsisLabel = ";",
      converter = FlagTypes.Pool.class,
      description = {
        "A pool of this node, repeatable: " + PoolFlag.GRAMMAR + ".",
        "In NOOK_POOL several are separated by ; or a newline."
      })
  private List<PoolConfig> pools = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// All of them; none where the command looks at the host alone.
  public List<PoolConfig> any() {
    return pools;
  }

  public List<PoolConfig> atLeastOne() {
    if (pools.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "Missing required option: '--pool=POOL', or NOOK_POOL");
    }
    return pools;
  }
}
