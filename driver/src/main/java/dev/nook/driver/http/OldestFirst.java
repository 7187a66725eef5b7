package dev.nook.driver.http;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/// A bounded set of connections, with a bound for each peer address. One more ends the oldest of
/// that address if it exceeds its bound, otherwise the oldest of all if there are too many.
final class OldestFirst {
  private final int most;
  private final int share;
  private final Map<SocketChannel, InetAddress> peers = new LinkedHashMap<>();

  OldestFirst(int most, int share) {
    this.most = most;
    this.share = share;
  }

  void add(SocketChannel client) {
    InetAddress peer = client.remoteAddress().getAddress();
    peers.put(client, peer);
    if (peers.values().stream().filter(peer::equals).count() > share) {
      endOldest(peer::equals);
    } else if (peers.size() > most) {
      endOldest(_ -> true);
    }
  }

  /// Whether it was one of them.
  boolean remove(SocketChannel client) {
    return peers.remove(client) != null;
  }

  private void endOldest(Predicate<InetAddress> of) {
    Iterator<Map.Entry<SocketChannel, InetAddress>> oldest = peers.entrySet().iterator();
    while (oldest.hasNext()) {
      var entry = oldest.next();
      if (of.test(entry.getValue())) {
        oldest.remove();
        var _ = entry.getKey().close();
        return;
      }
    }
  }
}
