package dev.nook.rpc.peer;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;

/// Tells a node's own answer from a failure on the way to it.
public final class PeerAnswer {
  /// In the trailers of every answer that is a node's own.
  static final Metadata.Key<String> MARK =
      Metadata.Key.of("nook-answered", Metadata.ASCII_STRING_MARSHALLER);

  private PeerAnswer() {}

  /// Whether a node gave this error as its answer: otherwise what became of the call is unknown.
  public static boolean isAnswer(StatusRuntimeException error) {
    Metadata trailers = error.getTrailers();
    return trailers != null && trailers.containsKey(MARK);
  }
}
