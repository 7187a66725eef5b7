package dev.nook.driver.http;

import io.netty.channel.socket.SocketChannel;

/// Bounds the connections of one server so that a client that asks at once is answered, however
/// many others connect and send nothing, send slowly, or do not read. Only one event loop uses it.
///
/// A connection that has asked is not dropped for a new one; only other unread answers can push out
/// an unread answer.
final class HttpConnections {
  static final int MOST_WAITING = 256;
  static final int MOST_WAITING_OF_ONE_PEER = 64;

  /// The most unread answers; each may keep the largest answer in memory until its client reads it.
  static final int MOST_ANSWERED = 64;

  static final int MOST_ANSWERED_OF_ONE_PEER = 8;

  private final OldestFirst waiting = new OldestFirst(MOST_WAITING, MOST_WAITING_OF_ONE_PEER);
  private final OldestFirst answered = new OldestFirst(MOST_ANSWERED, MOST_ANSWERED_OF_ONE_PEER);

  void opened(SocketChannel client) {
    waiting.add(client);
  }

  /// Notes that a client has asked. To be called before the answer is written.
  void asked(SocketChannel client) {
    if (waiting.remove(client)) { // Otherwise it was dropped just now.
      answered.add(client);
    }
  }

  void closed(SocketChannel client) {
    boolean _ = waiting.remove(client) || answered.remove(client);
  }
}
