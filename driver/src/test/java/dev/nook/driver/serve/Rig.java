package dev.nook.driver.serve;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.driver.http.Http;
import dev.nook.linux.Linux;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A host with a driver on it and a client of that driver.
abstract class Rig implements AutoCloseable {
  final Path folder;
  final Linux linux;
  private Linux given;
  private VolumeLimit limit = new VolumeLimit.Fixed(2000);
  private Optional<List<PoolConfig>> pools = Optional.empty();
  private Optional<TlsFiles> tls = Optional.empty();
  private String node = "node-a";

  /// A driver that is started again serves at the same port.
  private int peerPort;

  private @Nullable Driver driver;
  private @Nullable CsiClient client;

  Rig(Path folder, Linux linux) {
    this.folder = folder;
    this.linux = linux;
    this.given = linux;
  }

  /// The folder of the driver's pool.
  abstract Path pool();

  /// Where the bytes behind a path lie that something is mounted on.
  abstract Path content(Path path) throws IOException;

  /// Forgets what a host forgets: mounts, devices, locks.
  abstract void forget() throws IOException;

  /// Whether an ext4 grows while it is mounted.
  abstract boolean growsExt4Online() throws IOException;

  /// What the next driver gets instead of this host.
  void give(Linux ports) {
    given = ports;
  }

  /// How many volumes the next driver lets be staged.
  void limit(VolumeLimit volumes) {
    limit = volumes;
  }

  /// The pools of the next driver, instead of the one that takes this host's filesystem.
  void pools(PoolConfig... configured) {
    pools = Optional.of(List.of(configured));
  }

  /// The name of the node on which the next driver runs.
  void node(String name) {
    node = name;
  }

  /// Makes the next driver serve controllers, with what these files hold.
  void serveControllers(TlsFiles files) {
    tls = Optional.of(files);
  }

  /// The port at which the driver serves controllers.
  int peerPort() {
    return Objects.requireNonNull(driver, "not started").peerPort().orElseThrow();
  }

  Rig start() throws IOException, PoolHeld {
    startUnready();
    awaitReady();
    return this;
  }

  /// Returns as soon as the driver listens.
  void startUnready() throws IOException, PoolHeld {
    Files.createDirectories(kubelet());
    driver = new Driver(config(), given);
    driver.start(Duration.ZERO);
    connect();
  }

  void connect() {
    client = new CsiClient(config().endpoint().socket());
  }

  void disconnect() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  void awaitReady() {
    while (!client().ready()) {
      Thread.onSpinWait();
    }
  }

  public Config config() {
    Config alone =
        new Config(
            new Endpoint(folder.resolve("csi.sock")),
            node,
            pools.orElseGet(() -> List.of(PoolConfig.of(PoolName.DEFAULT, pool()))),
            "csi.nook.dev",
            limit,
            new Features(true, true),
            kubelet(),
            register(),
            http());
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), peerPort);
    return tls.map(files -> alone.with(new PeerEndpoint(loopback, files))).orElse(alone);
  }

  void stop() throws IOException {
    disconnect();
    if (driver != null) {
      peerPort = driver.peerPort().filter(port -> port > 0).orElse(peerPort);
      driver.close();
    }
  }

  void restart() throws IOException, PoolHeld {
    stop();
    start();
  }

  void reboot() throws IOException, PoolHeld {
    stop();
    forget();
    start();
  }

  CsiClient client() {
    return Objects.requireNonNull(client, "not started");
  }

  /// Where drivers register with kubelet; none, unless a test has one.
  Optional<Path> register() {
    return Optional.empty();
  }

  /// Where drivers serve health and metrics.
  Optional<InetSocketAddress> http() {
    return Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /// What the driver answers there.
  Http.Answer get(String path) throws IOException {
    return Http.get(address(), path);
  }

  InetSocketAddress address() {
    return Objects.requireNonNull(driver, "not started").http().orElseThrow();
  }

  Path kubelet() {
    return folder.resolve("kubelet");
  }

  /// The ids of all volumes, as the driver lists them.
  public List<String> listed() {
    return client()
        .controller()
        .listVolumes(Csi.ListVolumesRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .map(entry -> entry.getVolume().getVolumeId())
        .toList();
  }

  /// A volume made over the wire, with paths of its own.
  Wired create(String name, Kind kind) throws IOException {
    return wire(
        name, kind, client().create(name, kind.bytes(), kind.capability(), kind.parameters()));
  }

  /// Gives a volume paths of its own.
  Wired wire(String name, Kind kind, Csi.Volume made) throws IOException {
    Path staging = Files.createDirectories(kubelet().resolve("staging-" + name));
    Path pod = Files.createDirectories(kubelet().resolve("pod-" + name));
    return new Wired(this, kind, made, staging, pod.resolve("target"));
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /// A volume and where it is shown.
  record Wired(Rig rig, Kind kind, Csi.Volume made, Path staging, Path target) {
    String id() {
      return made.getVolumeId();
    }

    Wired stage() {
      rig.client().stage(id(), staging, kind.capability());
      return this;
    }

    Wired publish() {
      return publish(false);
    }

    Wired publish(boolean readOnly) {
      rig.client().publish(id(), staging, target, kind.capability(), readOnly);
      return this;
    }

    Wired unpublish() {
      rig.client().unpublish(id(), target);
      return this;
    }

    Wired unstage() {
      rig.client().unstage(id(), staging);
      return this;
    }

    void delete() {
      rig.client().delete(id());
    }

    long expand() {
      return rig.client().expand(id(), target, staging, kind.moreBytes());
    }

    /// What a pod does: a file of its own, or the first bytes of the device.
    void write(String text) throws IOException {
      try (FileChannel file =
          FileChannel.open(data(), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        file.force(true);
      }
    }

    String read(int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      try (FileChannel file = FileChannel.open(data(), StandardOpenOption.READ)) {
        file.read(bytes, 0);
      }
      return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    Path data() throws IOException {
      Path shown = rig.content(target);
      return kind.files() ? shown.resolve("file") : shown;
    }

    /// What NodeGetVolumeStats says it holds.
    long totalBytes() {
      return rig.client().stats(id(), target).getUsageList().stream()
          .filter(usage -> usage.getUnit() == Csi.VolumeUsage.Unit.BYTES)
          .findFirst()
          .orElseThrow()
          .getTotal();
    }
  }
}
