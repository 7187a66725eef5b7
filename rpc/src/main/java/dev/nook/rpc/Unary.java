package dev.nook.rpc;

import dev.nook.store.error.StorageException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/// Answers one call: the value, or the one status that [Statuses] gives to what went wrong.
public final class Unary {
  /// What an RPC method does.
  public interface Answer<T> {
    T get() throws StorageException, IOException;
  }

  private Unary() {}

  public static <T> void answer(StreamObserver<T> reply, Answer<T> answer) {
    T value;
    try {
      value = answer.get();
    } catch (StorageException | IOException | RuntimeException e) {
      reply.onError(Statuses.of(e).asRuntimeException());
      return;
    }
    reply.onNext(value);
    reply.onCompleted();
  }
}
