package dev.nook.driver.serve;

import io.netty.channel.socket.SocketChannel;

/// The connections of one server, so bounded that whoever asks at once is answered, however many
/// others connect and say nothing, say it slowly, or do not read. One event loop alone uses it.
///
/// A connection that has asked is no longer among those that may be dropped for a newcomer: only
/// the unread answers of others push out an unread answer.
final class HttpConnections {
  static final int MOST_WAITING = 256;
  static final int MOST_WAITING_OF_ONE_PEER = 64;

  /// Each may hold the largest answer there is in memory, until its client reads it.
  static final int MOST_ANSWERED = 64;

  static final int MOST_ANSWERED_OF_ONE_PEER = 8;

  private final OldestFirst waiting = new OldestFirst(MOST_WAITING, MOST_WAITING_OF_ONE_PEER);
  private final OldestFirst answered = new OldestFirst(MOST_ANSWERED, MOST_ANSWERED_OF_ONE_PEER);

  void opened(SocketChannel client) {
    waiting.add(client);
  }

  /// To be called before the answer is written.
  void asked(SocketChannel client) {
    if (waiting.remove(client)) { // Else it has been dropped just now.
      answered.add(client);
    }
  }

  void closed(SocketChannel client) {
    boolean _ = waiting.remove(client) || answered.remove(client);
  }
}
