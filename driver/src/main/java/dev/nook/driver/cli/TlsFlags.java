package dev.nook.driver.cli;

import dev.nook.rpc.peer.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flags for a certificate, its key and who is trusted, for the commands that talk to peers.
public final class TlsFlags {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      converter = FlagTypes.Absolute.class,
      description = {
        "The certificate (PEM) that is shown to peers. Its subject alternative name is the URI",
        "nook://node/NAME or nook://controller/NAME. The three files are read again when they change."
      })
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      converter = FlagTypes.Absolute.class,
      description = "The certificate's private key (PEM, PKCS #8).")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      converter = FlagTypes.Absolute.class,
      description = "The authorities (PEM) that sign the certificates of peers.")
  private Optional<Path> authorities = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Whether any of them is given.
  public boolean any() {
    return certificate.isPresent() || key.isPresent() || authorities.isPresent();
  }

  /// @param what needs them, for the message where one is missing
  public TlsFiles required(String what) {
    return new TlsFiles(
        required(what, "--tls-cert", certificate),
        required(what, "--tls-key", key),
        required(what, "--tls-ca", authorities));
  }

  private Path required(String what, String flag, Optional<Path> given) {
    return given.orElseThrow(
        () -> new ParameterException(command.commandLine(), "%s needs %s".formatted(what, flag)));
  }
}
