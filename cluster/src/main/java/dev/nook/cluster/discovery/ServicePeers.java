package dev.nook.cluster.discovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.cluster.peer.Discovery;
import dev.nook.cluster.peer.KnownPeer;
import dev.nook.rpc.Topology;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds nodes by the endpoints of a headless Service, and tells by the Node objects which nodes
/// are gone for good. Watches both: while the API server is away, what was known last counts.
public final class ServicePeers implements Discovery {
  /// The name of the port on which nodes serve controllers.
  public static final String PORT = "peer";

  private static final Logger LOG = LoggerFactory.getLogger(ServicePeers.class);
  private static final String SERVICE = "kubernetes.io/service-name";

  private final Endpoints endpoints = new Endpoints(PORT);
  private final String driver;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final SharedIndexInformer<Node> nodes;

  @GuardedBy("this")
  private Consumer<Collection<KnownPeer>> told = _ -> {};

  @GuardedBy("this")
  private Set<KnownPeer> last = Set.of();

  /// @param service the headless Service that selects the node pods
  /// @param driver the name of the driver
  public ServicePeers(KubernetesClient cluster, String namespace, String service, String driver) {
    this.driver = driver;
    slices =
        cluster
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabel(SERVICE, service)
            .runnableInformer(0);
    nodes = cluster.nodes().runnableInformer(0);
  }

  @Override
  public void start(Consumer<Collection<KnownPeer>> listener) {
    synchronized (this) {
      told = listener;
    }
    run(slices, new Changed<>());
    run(nodes, new Changed<>());
  }

  private <T extends HasMetadata> void run(SharedIndexInformer<T> informer, Changed<T> changed) {
    var _ = informer.addEventHandler(changed);
    var _ =
        informer.exceptionHandler((_, failure) -> {
          LOG.warn("{} are not watched: {}", informer.getApiTypeClass(), failure.toString());
          return true;
        });
    var _ = informer.start().whenComplete((_, _) -> tell());
  }

  private synchronized void tell() {
    if (slices.hasSynced()) {
      Set<KnownPeer> now = Set.copyOf(endpoints.of(slices.getStore().list()));
      if (!now.equals(last)) {
        last = now;
        told.accept(now);
      }
    }
  }

  @Override
  public boolean gone(String segment) {
    return nodes.hasSynced()
        && nodes.getStore().list().stream()
            .map(node -> Topology.of(driver, node.getMetadata().getName()).value())
            .noneMatch(segment::equals);
  }

  @Override
  public void close() {
    slices.close();
    nodes.close();
  }

  private final class Changed<T> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      tell();
    }

    @Override
    public void onUpdate(T old, T object) {
      tell();
    }

    @Override
    public void onDelete(T object, boolean unknown) {
      tell();
    }
  }
}
