package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/// When a driver that is being started first says that it is ready. It is asked anew a few thousand
/// times in a second: gRPC's own patience with a socket that nobody serves grows to seconds.
///
/// @param socket where it will serve
public record FirstAnswer(Path socket) {
  private static final long POLL_NANOS = 300_000;

  /// The microseconds since 1970 at which it was ready.
  public long await() throws InterruptedException {
    while (!listening()) {
      rest();
    }
    try (var client = new CsiClient(socket)) {
      while (!ready(client)) {
        rest();
      }
      return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
  }

  /// As [#await], of a process that may end instead.
  ///
  /// @param log what it prints, which an IOException quotes if it ends
  public long awaitOf(Process process, Path log) throws IOException, InterruptedException {
    var waiting = Thread.currentThread();
    var ended = process.onExit().thenRun(waiting::interrupt);
    try {
      return await();
    } catch (InterruptedException e) {
      if (process.isAlive()) {
        throw e;
      }
      throw new IOException("the process ended:\n" + Files.readString(log), e);
    } finally {
      ended.cancel(false);
    }
  }

  /// Returns when nobody serves the socket any more.
  public void awaitEnd() throws InterruptedException {
    while (listening()) {
      rest();
    }
  }

  /// A driver that ends between the connection and the call is asked again.
  private static boolean ready(CsiClient client) {
    try {
      return client.ready();
    } catch (StatusRuntimeException _) {
      return false;
    }
  }

  private boolean listening() {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false; // Not there yet, or nobody behind it: both are looked at again.
    }
  }

  private static void rest() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    LockSupport.parkNanos(POLL_NANOS);
  }
}
