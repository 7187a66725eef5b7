package dev.nook.driver.serve;

import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.enrol.EnrolmentPoint;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flags by which a node gets its certificate from a controller.
final class EnrolFlags {
  @Option(
      names = "--enrol",
      paramLabel = "HOST:PORT",
      converter = FlagTypes.Remote.class,
      description = {
        "Get the certificate from the controller at this address (nook controller --enrol-endpoint),",
        "and the next one in time; both --tls-cert and --tls-key are then written by the driver."
      })
  private Optional<InetSocketAddress> controller = Optional.empty();

  @Option(
      names = "--enrol-token",
      paramLabel = "FILE",
      converter = FlagTypes.Absolute.class,
      description = "The token that proves to the controller on which node this is.")
  private Optional<Path> token = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  boolean any() {
    return controller.isPresent() || token.isPresent();
  }

  Optional<EnrolmentPoint> point() {
    if (controller.isPresent() != token.isPresent()) {
      throw new ParameterException(
          command.commandLine(), "--enrol and --enrol-token are given together or not at all");
    }
    return controller.map(address -> new EnrolmentPoint(address, token.orElseThrow()));
  }
}
