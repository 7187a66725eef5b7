package dev.nook.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.cluster.peer.KnownPeer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Nodes that come and go. The mock stands for an API server that keeps objects and tells those who
/// watch them.
@EnableKubernetesMockClient(crud = true)
class ServicePeersTest {
  private static final String NAMESPACE = "nook";

  // The extension sets it before each test.
  @SuppressWarnings("NullAway.Init")
  private KubernetesClient cluster;

  private final BlockingQueue<Collection<KnownPeer>> told = new LinkedBlockingQueue<>();
  private final List<ServicePeers> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(ServicePeers::close);
  }

  @Test
  void aNodeIsToldWhenItsPodServes() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, false));

    ServicePeers _ = start();

    assertThat(told.take()).containsExactly(new KnownPeer("a", "10.0.0.1", 9811));
  }

  @Test
  void aNodeThatComesLaterIsToldThen() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, false));
    ServicePeers _ = start();
    Collection<KnownPeer> _ = told.take();

    put(slice("two", "IPv4", "10.0.0.2", "b", true, false));

    assertThat(told.take()).extracting(KnownPeer::node).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aPodThatDoesNotServeIsNotTold() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, false));
    put(slice("two", "IPv4", "10.0.0.2", "b", false, false));

    ServicePeers _ = start();

    assertThat(told.take()).extracting(KnownPeer::node).containsExactly("a");
  }

  @Test
  void duringAnUpdateThePodThatStaysIsTaken() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, true));
    put(slice("two", "IPv4", "10.0.0.2", "a", true, false));

    ServicePeers _ = start();

    assertThat(told.take()).containsExactly(new KnownPeer("a", "10.0.0.2", 9811));
  }

  @Test
  void aPodThatEndsIsTakenWhileThereIsNoOther() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, true));

    ServicePeers _ = start();

    assertThat(told.take()).containsExactly(new KnownPeer("a", "10.0.0.1", 9811));
  }

  @Test
  void everyFamilyOfAddressesWillDoAndANodeWithTwoIsToldOnce() throws InterruptedException {
    put(slice("four", "IPv4", "10.0.0.1", "a", true, false));
    put(slice("six", "IPv6", "fd00::1", "a", true, false));
    put(slice("only-six", "IPv6", "fd00::2", "b", true, false));
    put(slice("name", "FQDN", "c.example", "c", true, false));

    ServicePeers _ = start();

    assertThat(told.take())
        .containsExactlyInAnyOrder(
            new KnownPeer("a", "10.0.0.1", 9811),
            new KnownPeer("b", "fd00::2", 9811),
            new KnownPeer("c", "c.example", 9811));
  }

  @Test
  void endpointsOfOtherServicesAreNobody() throws InterruptedException {
    EndpointSlice other = slice("other", "IPv4", "10.0.0.9", "thief", true, false);
    other.getMetadata().getLabels().put("kubernetes.io/service-name", "web");
    put(other);
    put(slice("one", "IPv4", "10.0.0.1", "a", true, false));

    ServicePeers _ = start();

    assertThat(told.take()).extracting(KnownPeer::node).containsExactly("a");
  }

  @Test
  void aNodeIsGoneOnceItsObjectIs() throws InterruptedException {
    put(slice("one", "IPv4", "10.0.0.1", "a", true, false));
    var _ =
        cluster
            .resource(new NodeBuilder().withNewMetadata().withName("a").endMetadata().build())
            .create();
    ServicePeers peers = start();
    Collection<KnownPeer> _ = told.take();
    while (!peers.gone("b")) {
      Thread.yield();
    }

    assertThat(peers.gone("a")).isFalse();
    var _ = cluster.nodes().withName("a").delete();

    while (!peers.gone("a")) {
      Thread.yield();
    }
  }

  private ServicePeers start() {
    var peers = new ServicePeers(cluster, NAMESPACE, "nook-nodes", "csi.nook.dev");
    started.add(peers);
    peers.start(told::add);
    return peers;
  }

  private void put(EndpointSlice slice) {
    var _ = cluster.resource(slice).create();
  }

  private static EndpointSlice slice(
      String name, String family, String address, String node, boolean serves, boolean ends) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(name)
        .addToLabels("kubernetes.io/service-name", "nook-nodes")
        .endMetadata()
        .withAddressType(family)
        .addNewPort()
        .withName("peer")
        .withPort(9811)
        .endPort()
        .addNewEndpoint()
        .withAddresses(address)
        .withNodeName(node)
        .withNewConditions()
        .withReady(serves && !ends)
        .withServing(serves)
        .withTerminating(ends)
        .endConditions()
        .endEndpoint()
        .build();
  }
}
