package dev.nook.rpc;

import dev.nook.store.error.StorageException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/// Answers one call with its value, or with the status that [Statuses] gives to a failure.
public final class Unary {
  /// The work of an RPC method.
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
