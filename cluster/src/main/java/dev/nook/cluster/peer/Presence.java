package dev.nook.cluster.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.store.error.StorageException.Unavailable;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import nook.v1.Nook.HelloRequest;
import nook.v1.Nook.HelloResponse;
import nook.v1.PeerGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a node answers. It is greeted when it becomes known and from time to time after that, so
/// that its pools are known; while it does not answer it is greeted again and again, at longer and
/// longer intervals.
public final class Presence {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
  private static final int HELLO_SECONDS = 3;
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(15);

  /// What is known of a node.
  public enum State {
    /// It has not been asked yet.
    NEW,

    /// It has answered.
    READY,

    /// It did not answer the last time.
    AWAY
  }

  private final KnownPeer peer;
  private final ManagedChannel channel;
  private final PeerNetwork network;
  private final PeerCalls calls;

  @GuardedBy("this")
  private State state = State.NEW;

  @GuardedBy("this")
  private String why = "it has not been asked yet";

  @GuardedBy("this")
  private Duration retry = FIRST_RETRY;

  @GuardedBy("this")
  private boolean greeting;

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private Optional<Future<?>> next = Optional.empty();

  Presence(KnownPeer peer, ManagedChannel channel, PeerNetwork network, PeerCalls calls) {
    this.peer = peer;
    this.channel = channel;
    this.network = network;
    this.calls = calls;
  }

  public synchronized State state() {
    return state;
  }

  public synchronized boolean ready() {
    return state == State.READY;
  }

  /// Throws Unavailable while the node does not answer.
  public synchronized void require() throws Unavailable {
    if (state != State.READY) {
      throw new Unavailable("node %s is away (%s); retry".formatted(peer.node(), why));
    }
  }

  /// Greets the node now, unless that is under way.
  public void greet() {
    synchronized (this) {
      if (greeting || closed) {
        return;
      }
      greeting = true;
    }
    channel.resetConnectBackoff();
    PeerGrpc.newStub(channel)
        .withDeadlineAfter(HELLO_SECONDS, TimeUnit.SECONDS)
        .hello(HelloRequest.getDefaultInstance(), new Greeted());
  }

  /// Takes note of what the node says of itself.
  void heard(HelloResponse hello) {
    String unbelieved = calls.heard(peer.node(), hello);
    if (unbelieved.isEmpty()) {
      answered(hello.getVersion());
    } else {
      away(unbelieved);
    }
  }

  /// Takes note that a call got no answer from the node.
  void lost(Throwable failure) {
    away(reason(Status.fromThrowable(failure)));
  }

  static String reason(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String description = status.getDescription();
    if (cause == null) {
      return description == null ? status.getCode().name() : description;
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  synchronized void close() {
    closed = true;
    next.ifPresent(planned -> planned.cancel(false));
  }

  private synchronized void answered(String version) {
    if (state != State.READY) {
      LOG.info("node {} answers, version {}", peer.node(), version);
    }
    state = State.READY;
    why = "";
    retry = FIRST_RETRY;
  }

  private synchronized void away(String reason) {
    if (closed) {
      return;
    }
    if (state != State.AWAY || !why.equals(reason)) {
      LOG.warn("node {} at {}:{} is away: {}", peer.node(), peer.host(), peer.port(), reason);
    }
    boolean first = state != State.AWAY;
    state = State.AWAY;
    why = reason;
    if (first && !greeting) {
      greetAfter(retry);
    }
  }

  private synchronized void greeted() {
    greeting = false;
    if (!closed) {
      greetAfter(state == State.READY ? AGAIN : retry);
      Duration doubled = retry.multipliedBy(2);
      retry = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
    }
  }

  /// Plans the next greeting, in place of one that was planned.
  @GuardedBy("this")
  private void greetAfter(Duration pause) {
    next.ifPresent(planned -> planned.cancel(false));
    next = network.after(pause, this::greet);
  }

  private final class Greeted implements StreamObserver<HelloResponse> {
    @Override
    public void onNext(HelloResponse hello) {
      heard(hello);
    }

    @Override
    public void onError(Throwable failure) {
      lost(failure);
      greeted();
    }

    @Override
    public void onCompleted() {
      greeted();
    }
  }
}
