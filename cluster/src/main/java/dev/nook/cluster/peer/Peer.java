package dev.nook.cluster.peer;

import static java.util.Objects.requireNonNull;

import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import dev.nook.rpc.Statuses;
import dev.nook.rpc.peer.PeerAnswer;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.OperationPending;
import dev.nook.store.error.StorageException.Unavailable;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// One node of the cluster. Calls are handed to it while it answers; while it is away they fail at
/// once, and it is dialled in the background.
public final class Peer implements AutoCloseable {
  /// The most calls that may be under way at one node, so that a node that hangs does not hold
  /// every worker of the sidecars.
  private static final int MOST_CALLS = 8;

  /// How long a call may take whose caller does not say.
  private static final int LONGEST_MINUTES = 5;

  private final KnownPeer known;
  private final ManagedChannel channel;
  private final Presence presence;
  private final Rooms rooms;
  private final PeerMeter meter;
  private final Semaphore slots = new Semaphore(MOST_CALLS);

  Peer(KnownPeer known, PeerNetwork network, PeerCalls calls, PeerMeter meter) {
    this.known = known;
    this.meter = meter;
    channel = network.channel(known);
    presence = new Presence(known, channel, network, calls);
    rooms = new Rooms(channel, presence);
  }

  public String node() {
    return known.node();
  }

  KnownPeer known() {
    return known;
  }

  public Presence presence() {
    return presence;
  }

  /// Hands a call on, once, with its caller's deadline. Throws Unavailable if the node is away or
  /// goes away meanwhile, OperationPending if it has enough to do, and the node's own answer if
  /// that is an error.
  public <A, B> B call(MethodDescriptor<A, B> method, A request) throws StorageException {
    Status.Code code = Status.Code.OK;
    try {
      return callCounted(method, request);
    } catch (StatusRuntimeException | StorageException e) {
      code = Statuses.of(e).getCode();
      throw e;
    } finally {
      meter.answered(node(), code);
    }
  }

  private <A, B> B callCounted(MethodDescriptor<A, B> method, A request) throws StorageException {
    presence.require();
    if (!slots.tryAcquire()) {
      throw new OperationPending(
          "node %s has %d calls under way; retry".formatted(node(), MOST_CALLS));
    }
    try {
      return ClientCalls.blockingUnaryCall(
          channel,
          method,
          CallOptions.DEFAULT.withDeadlineAfter(LONGEST_MINUTES, TimeUnit.MINUTES),
          request);
    } catch (StatusRuntimeException e) {
      throw PeerAnswer.isAnswer(e) || endedByCaller(e) ? e : lost(e);
    } finally {
      slots.release();
    }
  }

  private RuntimeException lost(StatusRuntimeException e) throws Unavailable {
    presence.lost(e);
    throw new Unavailable(
        "node %s has not answered (%s); retry"
            .formatted(node(), Presence.reason(requireNonNull(e.getStatus()))));
  }

  /// Whether the call ended because nobody waits for it any more. A node that stops ends its calls
  /// as if they had been cancelled.
  private static boolean endedByCaller(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case CANCELLED -> Context.current().isCancelled();
      case DEADLINE_EXCEEDED -> true;
      default -> false;
    };
  }

  /// Returns the room for volumes of one class, as the node has said in the last ten seconds or
  /// says within a second; none while it is away.
  ///
  /// @param classes those for which the node is asked if it has to be
  public GetCapacityResponse room(
      GetCapacityRequest asked, Collection<GetCapacityRequest> classes) {
    return rooms.of(asked, classes);
  }

  /// Begins to ask for what [#room] will answer, if that is not known.
  public void askForRoom(GetCapacityRequest asked, Collection<GetCapacityRequest> classes) {
    var _ = rooms.ask(asked, classes);
  }

  @Override
  public void close() {
    presence.close();
    var _ = channel.shutdownNow();
  }
}
