package dev.nook.driver.cli;

import dev.nook.store.PoolConfig;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flag for pools, for every command that reads them.
public final class PoolFlags {
  @Option(
      names = "--pool",
      paramLabel = "POOL",
      split = "[;\n]",
      splitSynopsisLabel = ";",
      converter = FlagTypes.Pool.class,
      description = {
        "A pool of this node; may be repeated: " + PoolFlag.GRAMMAR + ".",
        "In NOOK_POOL, pools are separated by ; or newlines."
      })
  private List<PoolConfig> pools = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Returns the pools; none may be given where a command also works without.
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
