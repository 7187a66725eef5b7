package dev.nook.driver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/// Clients that connect from many loopback addresses, say a little, read nothing and stay.
final class Strangers implements AutoCloseable {
  /// So small that an answer has to wait for its reader.
  static final int RECEIVE_BUFFER = 1024;

  private final InetSocketAddress server;
  private final int first;
  private final int addresses;
  private final byte[] words;
  private final ArrayDeque<Socket> held = new ArrayDeque<>();
  private int opened;

  /// @param first number of their first address; 0 is 127.0.0.1
  /// @param addresses how many they have
  /// @param words what each sends
  Strangers(InetSocketAddress server, int first, int addresses, String words) {
    this.server = server;
    this.first = first;
    this.addresses = addresses;
    this.words = words.getBytes(UTF_8);
  }

  /// Opens so many more.
  void hold(int connections) throws IOException {
    for (int i = 0; i < connections; i++) {
      open();
    }
  }

  private void open() throws IOException {
    var socket = new Socket();
    held.add(socket);
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.bind(new InetSocketAddress(address(first + opened++ % addresses), 0));
    socket.connect(server);
    try {
      socket.getOutputStream().write(words);
    } catch (IOException _) {
      // Dropped already, which is what the server is there for.
    }
  }

  private static InetAddress address(int number) throws IOException {
    return InetAddress.getByAddress(
        new byte[] {127, 0, (byte) (number / 250), (byte) (1 + number % 250)});
  }

  /// Closes the oldest and opens another in its place, as fast as it can, until it is closed.
  Reopening reopening() {
    return new Reopening();
  }

  final class Reopening implements AutoCloseable {
    private volatile boolean over;
    private final CompletableFuture<Void> running = CompletableFuture.runAsync(this::run);

    private void run() {
      try {
        while (!over) {
          held.remove().close();
          open();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      over = true;
      running.join();
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
  }
}
