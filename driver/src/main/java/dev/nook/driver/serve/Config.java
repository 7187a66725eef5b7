package dev.nook.driver.serve;

import dev.nook.driver.cli.VolumeLimit;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import dev.nook.store.PoolConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The configuration of a driver, checked when it is made.
///
/// @param endpoint the socket of the CSI services
/// @param register kubelet's plugin folder, in which the driver registers
/// @param http the address of health and metrics
/// @param peers where the controllers of a cluster are served
public record Config(
    Endpoint endpoint,
    String nodeId,
    List<PoolConfig> pools,
    String driverName,
    VolumeLimit maxVolumes,
    Features features,
    Path kubeletDir,
    Optional<Path> register,
    Optional<InetSocketAddress> http,
    Optional<PeerEndpoint> peers) {

  /// The configuration of a driver that is alone.
  public Config(
      Endpoint endpoint,
      String nodeId,
      List<PoolConfig> pools,
      String driverName,
      VolumeLimit maxVolumes,
      Features features,
      Path kubeletDir,
      Optional<Path> register,
      Optional<InetSocketAddress> http) {
    this(
        endpoint,
        nodeId,
        pools,
        driverName,
        maxVolumes,
        features,
        kubeletDir,
        register,
        http,
        Optional.empty());
  }

  /// The same, which serves the controllers of a cluster too.
  public Config with(PeerEndpoint endpoint) {
    return new Config(
        this.endpoint,
        nodeId,
        pools,
        driverName,
        maxVolumes,
        features,
        kubeletDir,
        register,
        http,
        Optional.of(endpoint));
  }

  /// Flags that are valid by themselves cannot be used together.
  public static final class Conflict extends IllegalArgumentException {
    Conflict(String message) {
      super(message);
    }
  }

  public Config {
    var _ = registration(register, driverName);
    pools = List.copyOf(pools);
    Set<Object> seen = new HashSet<>();
    for (PoolConfig pool : pools) {
      if (!seen.add(pool.name())) {
        throw new Conflict("--pool: two pools are called %s".formatted(pool.name()));
      }
      for (PoolConfig other : pools) {
        if (other != pool && pool.path().startsWith(other.path())) {
          throw new Conflict(
              "--pool: %s (%s) is inside %s (%s); pools cannot share a path"
                  .formatted(pool.name(), pool.path(), other.name(), other.path()));
        }
      }
    }
  }

  /// Returns the socket through which kubelet finds the driver.
  Optional<Endpoint> registration() {
    return registration(register, driverName);
  }

  private static Optional<Endpoint> registration(Optional<Path> folder, String driverName) {
    try {
      return folder.map(path -> new Endpoint(path.resolve(driverName + "-reg.sock")));
    } catch (IllegalArgumentException e) {
      throw new Conflict("--register: " + e.getMessage());
    }
  }
}
