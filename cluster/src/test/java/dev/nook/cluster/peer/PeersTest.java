package dev.nook.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import dev.nook.cluster.route.RoutingTable;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.OperationPending;
import dev.nook.store.error.StorageException.Unavailable;
import dev.nook.testing.tls.TestAuthority;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How calls are handed to nodes that are slow, go away or are many.
class PeersTest {
  private static final int MOST_CALLS = 8;

  private final TestAuthority authority = new TestAuthority();
  private final Told discovery = new Told();
  private final Map<String, Integer> answered = new ConcurrentHashMap<>();
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @TempDir Path folder;
  private Peers peers;

  @BeforeEach
  void start() throws IOException {
    authority.issue(folder.resolve("controller"), "nook://controller/one");
    peers =
        new Peers(
            discovery,
            new PeerNetwork(LiveCredentials.ofController(Node.files(folder.resolve("controller")))),
            "csi.nook.dev",
            new RoutingTable("csi.nook.dev"),
            (node, code) -> answered.merge(node + " " + code, 1, Integer::sum));
    peers.start();
  }

  @AfterEach
  void stop() {
    peers.close();
    callers.shutdownNow();
  }

  @Test
  void aNodeThatHangsIsGivenEightCallsAndNoMore()
      throws IOException, InterruptedException, ExecutionException, StorageException {
    try (Node node = node("a")) {
      Peer peer = ready("a");
      List<Future<Object>> calls = new ArrayList<>();
      for (int i = 0; i < MOST_CALLS; i++) {
        calls.add(callers.submit(() -> delete(peer)));
      }
      for (int i = 0; i < MOST_CALLS; i++) {
        node.begun.take();
      }

      assertThatThrownBy(() -> delete(peer))
          .isInstanceOf(OperationPending.class)
          .hasMessageContaining("node a has 8 calls under way");
      assertThat(peer.presence().ready()).isTrue();

      node.end.countDown();
      for (Future<Object> call : calls) {
        assertThat(call.get()).isEqualTo(Csi.DeleteVolumeResponse.getDefaultInstance());
      }
      assertThat(delete(peer)).isEqualTo(Csi.DeleteVolumeResponse.getDefaultInstance());
      assertThat(answered).containsEntry("a OK", 9).containsEntry("a ABORTED", 1);
    }
  }

  @Test
  void theDeadlineOfTheCallerIsTheNodes() throws IOException, InterruptedException {
    try (Node node = node("a")) {
      Peer peer = ready("a");

      assertThatThrownBy(() -> within(200, () -> delete(peer)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e.getStatus().getCode())
                      .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED));

      assertThat(node.begun.take().orElseThrow()).isBetween(0L, 200L);
      assertThat(peer.presence().ready()).isTrue();
    }
  }

  @Test
  void aNodeThatGoesAwayDuringACallLeavesItsOutcomeUnknown()
      throws IOException, InterruptedException {
    Node node = node("a");
    Peer peer = ready("a");
    Future<Object> call = callers.submit(() -> delete(peer));
    node.begun.take();

    node.vanish();

    assertThatThrownBy(call::get).hasCauseInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> delete(peer))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("node a is away");
  }

  @Test
  void aNodeAtANewAddressIsCalledThere() throws Exception {
    node("a").close();
    try (Node moved = node("a")) {
      moved.end.countDown();

      assertThat(delete(ready("a"))).isEqualTo(Csi.DeleteVolumeResponse.getDefaultInstance());
    }
  }

  @Test
  void aNodeThatIsToldOfNoMoreIsNotCalled() throws Exception {
    try (Node node = node("a")) {
      node.end.countDown();
      Peer peer = ready("a");

      discovery.tell(List.of());

      assertThat(peers.named("a")).isEmpty();
      assertThatThrownBy(() -> delete(peer)).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void manyNodesTakeNoThreadsOfTheirOwn() throws Exception {
    int before = Thread.activeCount();
    List<KnownPeer> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(new KnownPeer("n" + i, "127.0.0.1", 1));
    }

    discovery.tell(many);
    while (peers.all().stream().anyMatch(peer -> peer.presence().state() != Presence.State.AWAY)) {
      Thread.yield();
    }

    assertThat(Thread.activeCount() - before).isLessThan(20);
  }

  private Node node(String name) throws IOException {
    var node = new Node(authority, folder.resolve(name), name);
    discovery.tell(List.of(new KnownPeer(name, "127.0.0.1", node.port())));
    return node;
  }

  private Peer ready(String node) {
    Peer peer = peers.named(node).orElseThrow();
    while (!peer.presence().ready()) {
      Thread.yield();
    }
    return peer;
  }

  private static Object delete(Peer peer) throws StorageException {
    return peer.call(
        ControllerGrpc.getDeleteVolumeMethod(), Csi.DeleteVolumeRequest.getDefaultInstance());
  }

  private static <T> T within(long millis, Callable<T> call) throws Exception {
    var timer = Executors.newSingleThreadScheduledExecutor();
    try (var context = Context.current().withDeadlineAfter(millis, TimeUnit.MILLISECONDS, timer)) {
      return context.call(call);
    } finally {
      timer.shutdownNow();
    }
  }

  /// Nodes as a test tells of them.
  private static final class Told implements Discovery {
    private Consumer<Collection<KnownPeer>> told = _ -> {};

    @Override
    public void start(Consumer<Collection<KnownPeer>> told) {
      this.told = told;
    }

    void tell(List<KnownPeer> peers) {
      told.accept(peers);
    }

    @Override
    public boolean gone(String segment) {
      return false;
    }

    @Override
    public void close() {}
  }
}
