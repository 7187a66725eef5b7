package dev.nook.driver.serve;

import dev.nook.identity.PluginInfo;
import dev.nook.identity.RegistrationService;
import dev.nook.rpc.CallLog;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this driver registered with kubelet through a second socket in kubelet's plugin folder, on
/// which kubelet asks for the driver's name and reports the outcome. Kubelet registers a driver
/// whose socket appears, and deregisters one whose socket is removed.
final class Registrar implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Problem UNASKED =
      new Problem("kubelet has not asked for the driver yet", "");

  private final Endpoint endpoint;
  private final PluginInfo driver;
  private final Endpoint served;
  private @Nullable CsiServer server;
  private boolean closed;
  private volatile Optional<Problem> socketProblem = Optional.empty();
  private volatile Optional<Problem> answer = Optional.of(UNASKED);

  /// What keeps kubelet from using this driver.
  ///
  /// @param what fixed words, which anybody may read
  /// @param why a message of the host or of kubelet, which may name paths and nodes; for the log
  record Problem(String what, String why) {
    @Override
    public String toString() {
      return why.isEmpty() ? what : what + ": " + why;
    }
  }

  /// @param endpoint the socket to make
  /// @param served the driver's own socket
  Registrar(Endpoint endpoint, PluginInfo driver, Endpoint served) {
    this.endpoint = endpoint;
    this.driver = driver;
    this.served = served;
  }

  /// Makes the socket if it is not there. Kubelet makes the folder. Costs one look at a file, and
  /// does not wait for kubelet.
  synchronized void keep() {
    try {
      if (!closed && (server == null || !server.isReachable())) {
        renew();
      }
    } catch (IOException e) {
      complain(
          new Problem("the registration socket cannot be made", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      complain(new Problem("the registration socket cannot be made", e.toString()));
    }
  }

  private void renew() throws IOException {
    if (server != null) {
      complain(new Problem("the registration socket has gone", ""));
      server.close();
      server = null;
    }
    if (!Files.isDirectory(endpoint.directory())) {
      throw new IOException(endpoint.directory() + " is not a folder; kubelet makes it");
    }
    answer = Optional.of(UNASKED);
    var fresh =
        new CsiServer(
            endpoint,
            List.of(new RegistrationService(driver, served, this::heard)),
            List.of(new CallLog()),
            GRACE);
    fresh.start();
    server = fresh;
    socketProblem = Optional.empty();
    LOG.info("kubelet finds the driver at {}", endpoint);
  }

  /// Returns what keeps kubelet from using this driver; empty once kubelet has registered it.
  Optional<Problem> problem() {
    return socketProblem.or(() -> answer);
  }

  private void heard(Optional<String> error) {
    answer = error.map(why -> new Problem("kubelet refused the driver", why));
    answer.ifPresentOrElse(
        problem -> LOG.warn("{}", problem), () -> LOG.info("registered with kubelet"));
  }

  /// Logs a problem, once for each new reason.
  private void complain(Problem problem) {
    if (!socketProblem.equals(Optional.of(problem))) {
      socketProblem = Optional.of(problem);
      LOG.warn("{}", problem);
    }
  }

  /// Removes the socket, so that kubelet sends nothing more.
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (server != null) {
      server.close();
    }
  }
}
