package dev.nook.driver.pool;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.PoolFlags;
import dev.nook.driver.cli.Printable;
import dev.nook.driver.cli.Size;
import dev.nook.driver.cli.Table;
import dev.nook.driver.serve.Driver;
import dev.nook.linux.Linux;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The commands for pools.
@Command(
    name = "pool",
    description = "Show pools, and put closed or degraded ones back into service.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PoolCommand.Show.class, PoolCommand.Adopt.class, PoolCommand.Recover.class})
public final class PoolCommand {
  @Command(name = "list", description = "Show whether each pool is open, and why not.")
  static final class Show implements Callable<Integer> {
    @Mixin private PoolFlags pools = new PoolFlags();

    @Spec private CommandSpec command;

    @Override
    public Integer call() {
      var table =
          new Table(
              "POOL", "PATH", "STATE", "NODE", "VOLUMES", "SNAPSHOTS", "TEMPLATES", "SERVED BY");
      boolean good = true;
      var administration = Driver.administration(pools.atLeastOne(), "", Linux.host());
      for (PoolConfig pool : pools.atLeastOne()) {
        PoolGlance glance = administration.glance(pool.name());
        good &= glance.why().isEmpty();
        table.add(
            pool.name().text(),
            pool.path().toString(),
            glance.state() + glance.why().map(why -> ": " + Printable.text(why)).orElse(""),
            glance.node().orElse("-"),
            "%d of %d".formatted(glance.volumes(), pool.limits().volumes()),
            "%d of %d".formatted(glance.snapshots(), pool.limits().snapshots()),
            Size.text(glance.templateBytes()),
            glance.holder().orElse("-"));
      }
      command.commandLine().getOut().print(table);
      command.commandLine().getOut().flush();
      return good ? Exit.OK : Exit.FAILED;
    }
  }

  /// Selects the configured pool that a command names.
  static final class Named {
    @Mixin private PoolFlags pools = new PoolFlags();

    @Parameters(paramLabel = "POOL", description = "The pool's name.")
    private String name = "";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    PoolConfig config() {
      return pools.atLeastOne().stream()
          .filter(pool -> pool.name().text().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new ParameterException(
                  command.commandLine(), "no --pool is called \"%s\"".formatted(name)));
    }
  }

  @Command(name = "adopt", description = "Make a pool of another node this node's own.")
  static final class Adopt implements Callable<Integer> {
    @Mixin private Named pool = new Named();

    @Option(
        names = "--node-id",
        paramLabel = "NAME",
        required = true,
        converter = FlagTypes.NodeId.class,
        description = "This node's name, as the driver is given it.")
    private String nodeId = "";

    @Spec private CommandSpec command;

    @Override
    public Integer call() throws StorageException, PoolHeld, IOException {
      PoolConfig config = pool.config();
      Driver.administration(List.of(config), nodeId, Linux.host())
          .adopt(config.name(), Duration.ZERO);
      command
          .commandLine()
          .getOut()
          .println("Pool %s belongs to node %s.".formatted(config.name(), nodeId));
      return Exit.OK;
    }
  }

  @Command(
      name = "recover",
      description = "Let a degraded pool be written again, if a file can be synced to its disk.")
  static final class Recover implements Callable<Integer> {
    @Mixin private Named pool = new Named();

    @Spec private CommandSpec command;

    @Override
    public Integer call() throws StorageException, IOException {
      PoolName name = pool.config().name();
      Driver.administration(List.of(pool.config()), "", Linux.host()).recover(name);
      command.commandLine().getOut().println("Pool %s is writable.".formatted(name));
      return Exit.OK;
    }
  }
}
