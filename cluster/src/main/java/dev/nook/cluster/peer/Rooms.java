package dev.nook.cluster.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import dev.nook.rpc.peer.PeerAnswer;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import nook.v1.Nook.StatusRequest;
import nook.v1.Nook.StatusResponse;
import nook.v1.PeerGrpc;

/// What room a node has said that it has for each class of volumes. An answer is at most ten
/// seconds old; one that is older, or of another class, is asked for, which takes a second at most.
final class Rooms {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PATIENCE_MILLIS = 1000;

  private final ManagedChannel channel;
  private final Presence presence;

  @GuardedBy("this")
  private Map<GetCapacityRequest, GetCapacityResponse> told = Map.of();

  @GuardedBy("this")
  private long toldAt;

  @GuardedBy("this")
  private Optional<Asked> asking = Optional.empty();

  /// A question that is under way.
  private record Asked(List<GetCapacityRequest> classes, CompletableFuture<Void> answered) {}

  Rooms(ManagedChannel channel, Presence presence) {
    this.channel = channel;
    this.presence = presence;
  }

  GetCapacityResponse of(GetCapacityRequest asked, Collection<GetCapacityRequest> classes) {
    return known(asked)
        .or(() -> {
          await(ask(asked, classes));
          return known(asked);
        })
        .orElse(GetCapacityResponse.getDefaultInstance());
  }

  /// Asks the node, unless the answer is known or on its way or the node is away.
  CompletableFuture<Void> ask(GetCapacityRequest asked, Collection<GetCapacityRequest> classes) {
    Asked question;
    synchronized (this) {
      if (known(asked).isPresent() || !presence.ready()) {
        return CompletableFuture.completedFuture(null);
      }
      if (asking.filter(one -> one.classes().contains(asked)).isPresent()) {
        return asking.get().answered();
      }
      question = new Asked(List.copyOf(classes), new CompletableFuture<>());
      asking = Optional.of(question);
    }
    PeerGrpc.newStub(channel)
        .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .status(
            StatusRequest.newBuilder().addAllClasses(question.classes()).build(),
            new Answer(question));
    return question.answered();
  }

  private synchronized Optional<GetCapacityResponse> known(GetCapacityRequest asked) {
    return presence.ready() && System.nanoTime() - toldAt < FRESH_NANOS
        ? Optional.ofNullable(told.get(asked))
        : Optional.empty();
  }

  private static void await(CompletableFuture<Void> answered) {
    try {
      var _ = answered.get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a question has a deadline and is answered always", e);
    }
  }

  private final class Answer implements StreamObserver<StatusResponse> {
    private final Asked question;

    Answer(Asked question) {
      this.question = question;
    }

    @Override
    public void onNext(StatusResponse status) {
      presence.heard(status.getNode());
      Map<GetCapacityRequest, GetCapacityResponse> rooms = new HashMap<>();
      for (int i = 0; i < question.classes().size() && i < status.getCapacitiesCount(); i++) {
        rooms.put(question.classes().get(i), status.getCapacities(i));
      }
      synchronized (Rooms.this) {
        told = rooms;
        toldAt = System.nanoTime();
      }
    }

    @Override
    public void onError(Throwable failure) {
      if (!(failure instanceof StatusRuntimeException e && PeerAnswer.isAnswer(e))) {
        presence.lost(failure);
      }
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
    }

    private void ended() {
      synchronized (Rooms.this) {
        asking = asking.filter(one -> one != question);
      }
      var _ = question.answered().complete(null);
    }
  }
}
