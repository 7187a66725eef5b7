package dev.nook.controller;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.VolumeCapability;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.CallLog;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import dev.nook.rpc.Gate;
import dev.nook.rpc.Topology;
import dev.nook.store.Attachments;
import dev.nook.store.Operations;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolUpkeep;
import dev.nook.store.backend.Backends;
import dev.nook.store.directory.DirectoryBackend;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.host.Pools;
import dev.nook.store.id.PoolName;
import dev.nook.store.loop.LoopBackend;
import dev.nook.store.volume.Content;
import dev.nook.testing.fake.FakeKernel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The Controller service of one node, on a real socket, over real pools of 50 GiB on a fake
/// kernel.
final class Node implements AutoCloseable {
  static final long GIB = 1L << 30;
  static final String KEY = "topology.csi.nook.dev/node";
  static final VolumeCapability MOUNT = mount(Mode.SINGLE_NODE_WRITER, "");
  static final VolumeCapability BLOCK =
      MOUNT.toBuilder().setBlock(VolumeCapability.BlockVolume.getDefaultInstance()).build();

  final FakeKernel kernel;
  final PoolUpkeep upkeep;
  final Attachments attachments;
  final Operations operations = new Operations(Duration.ofSeconds(60));
  final ManagedChannel channel;
  final ControllerGrpc.ControllerBlockingStub calls;
  private final CsiServer server;
  private final EventLoopGroup events =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  Node(Path folder, FileSystemType host, Features features, String... poolNames)
      throws IOException, PoolHeld {
    kernel = new FakeKernel(folder.resolve("kernel"), FakeKernel.Options.on(host));
    Pools pools = pools(folder, poolNames);
    upkeep = pools.upkeep();
    attachments = pools.attachments();
    for (PoolName pool : upkeep.names()) {
      upkeep.lock(pool, Duration.ofSeconds(1));
      upkeep.scan(pool);
    }
    var here = Topology.of("csi.nook.dev", "node-1");
    var service =
        new ControllerService(
            new Provisioner(
                pools.volumes(), operations, volume -> volume.content() instanceof Content.Tree),
            new Snapshotter(pools.snapshots(), operations),
            features,
            here);
    Endpoint endpoint = new Endpoint(folder.resolve("csi.sock"));
    var interceptors = List.of(new CallLog(), new Gate(features, upkeep::ready));
    server = new CsiServer(endpoint, List.of(service), interceptors, Duration.ofSeconds(5));
    server.start();
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(endpoint.socket()))
            .channelType(NioDomainSocketChannel.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .eventLoopGroup(events)
            .usePlaintext()
            .overrideAuthority("localhost")
            .build();
    calls = ControllerGrpc.newBlockingStub(channel);
  }

  static Node withPool(Path folder) throws IOException, PoolHeld {
    return new Node(folder, FileSystemType.XFS, new Features(true, false), "default");
  }

  private Pools pools(Path folder, String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(kernel.contentOf(folder.resolve(name)));
    }
    return new Pools(
        Stream.of(names)
            .map(name -> PoolConfig.of(new PoolName(name), folder.resolve(name)).withSize(50 * GIB))
            .toList(),
        "node-1",
        kernel.linux(),
        Clock.systemUTC(),
        layout ->
            new Backends<>(
                new LoopBackend(layout, kernel.linux()),
                new DirectoryBackend(layout, kernel.linux())));
  }

  /// Returns the request for a volume of 1 GiB that this node can make.
  static CreateVolumeRequest.Builder volume(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(GIB))
        .addVolumeCapabilities(MOUNT);
  }

  static VolumeCapability mount(Mode mode, String fsType, String... flags) {
    return VolumeCapability.newBuilder()
        .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode))
        .setMount(
            VolumeCapability.MountVolume.newBuilder()
                .setFsType(fsType)
                .addAllMountFlags(List.of(flags)))
        .build();
  }

  static Csi.Topology place(String node) {
    return Csi.Topology.newBuilder().putSegments(KEY, node).build();
  }

  /// Returns the request for a copy, with at least its source's size.
  static CreateVolumeRequest.Builder copy(String name, Csi.VolumeContentSource source) {
    return volume(name).clearCapacityRange().setVolumeContentSource(source);
  }

  static Csi.VolumeContentSource fromVolume(String id) {
    var source = Csi.VolumeContentSource.newBuilder();
    source.getVolumeBuilder().setVolumeId(id);
    return source.build();
  }

  static Csi.VolumeContentSource fromSnapshot(String id) {
    var source = Csi.VolumeContentSource.newBuilder();
    source.getSnapshotBuilder().setSnapshotId(id);
    return source.build();
  }

  /// Creates a snapshot.
  Csi.Snapshot cut(String name, String source) {
    return calls
        .createSnapshot(
            Csi.CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(source).build())
        .getSnapshot();
  }

  /// Creates a volume.
  Csi.Volume make(CreateVolumeRequest.Builder request) {
    return calls.createVolume(request.build()).getVolume();
  }

  void delete(String id) {
    Csi.DeleteVolumeResponse _ =
        calls.deleteVolume(Csi.DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  void deleteSnapshot(String id) {
    Csi.DeleteSnapshotResponse _ =
        calls.deleteSnapshot(Csi.DeleteSnapshotRequest.newBuilder().setSnapshotId(id).build());
  }

  Csi.Volume find(String id) {
    return calls
        .controllerGetVolume(Csi.ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build())
        .getVolume();
  }

  List<Csi.Volume> list() {
    return calls.listVolumes(Csi.ListVolumesRequest.getDefaultInstance()).getEntriesList().stream()
        .map(Csi.ListVolumesResponse.Entry::getVolume)
        .toList();
  }

  List<String> volumes() {
    return list().stream().map(Csi.Volume::getVolumeId).toList();
  }

  @Override
  public void close() throws IOException {
    channel.shutdownNow();
    server.close();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    upkeep.names().forEach(upkeep::release);
  }
}
