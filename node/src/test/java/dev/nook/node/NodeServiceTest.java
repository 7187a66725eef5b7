package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi.NodeExpandVolumeRequest;
import csi.v1.Csi.NodeExpandVolumeResponse;
import csi.v1.Csi.NodeGetCapabilitiesRequest;
import csi.v1.Csi.NodeGetCapabilitiesResponse;
import csi.v1.Csi.NodeGetInfoRequest;
import csi.v1.Csi.NodeGetInfoResponse;
import csi.v1.Csi.NodeGetStorageHealthRequest;
import csi.v1.Csi.NodeGetStorageHealthResponse;
import csi.v1.Csi.NodeGetVolumeHealthRequest;
import csi.v1.Csi.NodeGetVolumeHealthResponse;
import csi.v1.Csi.NodeGetVolumeStatsRequest;
import csi.v1.Csi.NodeGetVolumeStatsResponse;
import csi.v1.Csi.NodePublishVolumeRequest;
import csi.v1.Csi.NodeServiceCapability;
import csi.v1.Csi.NodeStageVolumeRequest;
import csi.v1.Csi.NodeUnpublishVolumeRequest;
import csi.v1.Csi.NodeUnstageVolumeRequest;
import csi.v1.Csi.StorageHealthErrorType;
import csi.v1.Csi.VolumeCapability;
import csi.v1.Csi.VolumeHealth;
import csi.v1.Csi.VolumeHealthErrorType;
import csi.v1.Csi.VolumeUsage;
import dev.nook.rpc.Features;
import dev.nook.rpc.Topology;
import dev.nook.store.health.PoolFault;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The calls as they come over the wire.
final class NodeServiceTest {
  private static final VolumeCapability MOUNT = capability(VolumeCapability.newBuilder());

  private static final VolumeCapability BLOCK =
      capability(
          VolumeCapability.newBuilder()
              .setBlock(VolumeCapability.BlockVolume.getDefaultInstance()));

  private TestNode node;
  private NodeService service;

  @BeforeEach
  void aService(@TempDir Path temporary) throws Exception {
    Path folder = temporary.toRealPath();
    node = new TestNode(folder, new FakeKernel(folder).linux());
    service =
        new NodeService(
            node.stager,
            node.publisher,
            node.expander,
            node.stats,
            node.health,
            new Features(false, false),
            new NodeInfo("node-a", Topology.of(TestNode.DRIVER, "node-a"), node.limit::get));
  }

  @AfterEach
  void stop() {
    node.stop();
  }

  @Test
  void tellsWhatTheNodeIsBeforeAnyPoolIsOpen() {
    NodeGetInfoResponse info =
        new Reply<NodeGetInfoResponse>()
            .of(service::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance());

    assertThat(info.getNodeId()).isEqualTo("node-a");
    assertThat(info.getMaxVolumesPerNode()).isEqualTo(1000);
    assertThat(info.getAccessibleTopology().getSegmentsMap())
        .containsEntry("topology.csi.nook.dev/node", "node-a");
  }

  @Test
  void theLimitThatIsToldFollowsItsSource() {
    node.limit.set(7);

    var info =
        new Reply<NodeGetInfoResponse>()
            .of(service::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance());

    assertThat(info.getMaxVolumesPerNode()).isEqualTo(7);
  }

  @Test
  void advertisesWhatIsOffered() {
    var capabilities =
        new Reply<NodeGetCapabilitiesResponse>()
            .of(service::nodeGetCapabilities, NodeGetCapabilitiesRequest.getDefaultInstance());

    assertThat(capabilities.getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .contains(
            NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
            NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
            NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);
  }

  @Test
  void missingFieldsAreInvalidBeforeTheVolumeIsLookedFor() throws Exception {
    node.start();

    assertThat(code(service::nodeStageVolume, NodeStageVolumeRequest.getDefaultInstance()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(service::nodeUnstageVolume, NodeUnstageVolumeRequest.getDefaultInstance()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            code(
                service::nodePublishVolume,
                NodePublishVolumeRequest.newBuilder().setVolumeId("x").setTargetPath("/t").build()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(service::nodeUnpublishVolume, NodeUnpublishVolumeRequest.getDefaultInstance()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            code(
                service::nodeGetVolumeStats,
                NodeGetVolumeStatsRequest.newBuilder().setVolumeId("x").build()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            code(
                service::nodeExpandVolume,
                NodeExpandVolumeRequest.newBuilder().setVolumeId("x").build()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(service::nodeGetVolumeHealth, NodeGetVolumeHealthRequest.getDefaultInstance()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void anEmptyListIsTheHealthOfAVolumeThatIsWellAndAnUnknownOneIsNotFound() throws Exception {
    node.start();
    Volume volume = node.create("v", TestNode.XFS);

    assertThat(health(volume.id().text()).getVolumeId()).isEqualTo(volume.id().text());
    assertThat(health(volume.id().text()).getHealthStatusesList()).isEmpty();
    assertThat(code(service::nodeGetVolumeHealth, ofHealth("unknown")))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void whatIsWrongWithAVolumeHasAStatusAReasonAndAMessage() throws Exception {
    node.start();
    Volume volume = node.create("v", TestNode.XFS);
    Files.delete(node.image(volume));
    assertThat(
            code(
                service::nodeStageVolume,
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(volume.id().text())
                    .setStagingTargetPath(node.staging(volume.id()).toString())
                    .setVolumeCapability(MOUNT)
                    .build()))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);

    assertThat(health(volume.id().text()).getHealthStatusesList())
        .containsExactly(
            VolumeHealth.VolumeHealthEntry.newBuilder()
                .setStatus(VolumeHealthErrorType.DATA_LOSS)
                .setReason("ContentMissing")
                .setMessage("its image is not in its pool")
                .build());
  }

  @Test
  void theHealthOfTheStorageNamesThePoolAndWhatIsWrong() throws Exception {
    node.start();
    assertThat(storage()).isEmpty();

    Files.writeString(node.pool.resolve("DEGRADED"), "nonsense");
    node.upkeep.sweep(PoolName.DEFAULT);

    assertThat(storage())
        .singleElement()
        .satisfies(found -> {
          assertThat(found.getStatus()).isEqualTo(StorageHealthErrorType.STORAGE_DEGRADED);
          assertThat(found.getReason()).isEqualTo("PoolDegraded");
          assertThat(found.getMessage()).startsWith("pool default: ");
        });
  }

  @Test
  void aReasonStandsInAnAnswerOnceAndItsMessageIsAsLongAsKubernetesTakes() {
    var fast = new PoolFault(new PoolName("fast"), PoolFault.Reason.POOL_CLOSED, "a");
    var slow = new PoolFault(new PoolName("slow"), PoolFault.Reason.POOL_CLOSED, "ä".repeat(2000));

    assertThat(Replies.health(List.of(fast, slow)).getBackendHealthList())
        .singleElement()
        .satisfies(found -> {
          assertThat(found.getStatus()).isEqualTo(StorageHealthErrorType.STORAGE_UNREACHABLE);
          assertThat(found.getMessage()).startsWith("pool fast: a; pool slow: ä");
          assertThat(found.getMessageBytes().size()).isBetween(1000, 1024);
        });
  }

  private VolumeHealth health(String id) {
    return new Reply<NodeGetVolumeHealthResponse>()
        .of(service::nodeGetVolumeHealth, ofHealth(id))
        .getVolumeHealth();
  }

  private static NodeGetVolumeHealthRequest ofHealth(String id) {
    return NodeGetVolumeHealthRequest.newBuilder().setVolumeId(id).build();
  }

  private List<NodeGetStorageHealthResponse.StorageBackendHealth> storage() {
    return new Reply<NodeGetStorageHealthResponse>()
        .of(service::nodeGetStorageHealth, NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList();
  }

  @Test
  void publishWithoutAStagingPathIsAFailedPrecondition() throws Exception {
    node.start();
    var publish = NodePublishVolumeRequest.newBuilder().setVolumeId("x").setTargetPath("/t");

    assertThat(code(service::nodePublishVolume, publish.setVolumeCapability(MOUNT).build()))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void anUnknownVolumeAtARelativePathIsNotFound() throws Exception {
    node.start();
    Volume volume = node.create("v", TestNode.XFS);

    for (String id : List.of("unknown", volume.id().text())) {
      assertThat(code(service::nodeGetVolumeStats, stats(id, "some/path")))
          .isEqualTo(Status.Code.NOT_FOUND);
      assertThat(
              code(
                  service::nodeExpandVolume,
                  NodeExpandVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setVolumePath("some/path")
                      .build()))
          .isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  @Test
  void aFilesystemVolumeLivesItsWholeLife() throws Exception {
    assertThat(life(TestNode.XFS, MOUNT))
        .extracting(VolumeUsage::getUnit)
        .containsExactly(VolumeUsage.Unit.BYTES, VolumeUsage.Unit.INODES);
  }

  @Test
  void aDirectoryVolumeLivesItsWholeLife() throws Exception {
    assertThat(life(TestNode.TREE, MOUNT))
        .extracting(VolumeUsage::getUnit)
        .contains(VolumeUsage.Unit.BYTES);
  }

  @Test
  void aBlockVolumeLivesItsWholeLife() throws Exception {
    assertThat(life(TestNode.RAW, BLOCK))
        .extracting(VolumeUsage::getUnit)
        .containsExactly(VolumeUsage.Unit.BYTES);
  }

  /// Every call twice, as a CO repeats what it has no answer for.
  private List<VolumeUsage> life(Shape shape, VolumeCapability capability) throws Exception {
    node.start();
    Volume volume = node.create("v", shape);
    String id = volume.id().text();
    String staging = node.staging(volume.id()).toString();
    String target = node.target("a").toString();
    var stage =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging)
            .setVolumeCapability(capability);
    var publish =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging)
            .setTargetPath(target)
            .setVolumeCapability(capability);
    var expand = NodeExpandVolumeRequest.newBuilder().setVolumeId(id).setVolumePath(target);
    expand.getCapacityRangeBuilder().setRequiredBytes(1L << 30);
    var unpublish = NodeUnpublishVolumeRequest.newBuilder().setVolumeId(id).setTargetPath(target);
    var unstage =
        NodeUnstageVolumeRequest.newBuilder().setVolumeId(id).setStagingTargetPath(staging);

    twice(service::nodeStageVolume, stage.build());
    twice(service::nodePublishVolume, publish.build());
    twice(service::nodeExpandVolume, expand.build());
    assertThat(new Reply<NodeExpandVolumeResponse>().of(service::nodeExpandVolume, expand.build()))
        .isEqualTo(NodeExpandVolumeResponse.newBuilder().setCapacityBytes(1L << 30).build());
    List<VolumeUsage> usage =
        new Reply<NodeGetVolumeStatsResponse>()
            .of(service::nodeGetVolumeStats, stats(id, target))
            .getUsageList();
    twice(service::nodeUnpublishVolume, unpublish.build());
    twice(service::nodeUnstageVolume, unstage.build());
    return usage;
  }

  private static NodeGetVolumeStatsRequest stats(String id, String path) {
    return NodeGetVolumeStatsRequest.newBuilder().setVolumeId(id).setVolumePath(path).build();
  }

  private static VolumeCapability capability(VolumeCapability.Builder capability) {
    capability
        .getAccessModeBuilder()
        .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);
    if (!capability.hasBlock()) {
      capability.getMountBuilder();
    }
    return capability.build();
  }

  private static <Q, A> void twice(BiConsumer<Q, StreamObserver<A>> call, Q request) {
    assertThat(code(call, request)).isEqualTo(Status.Code.OK);
    assertThat(code(call, request)).isEqualTo(Status.Code.OK);
  }

  private static <Q, A> Status.Code code(BiConsumer<Q, StreamObserver<A>> call, Q request) {
    Reply<A> reply = new Reply<>();
    call.accept(request, reply);
    return reply.status.orElseThrow().getCode();
  }

  private static final class Reply<A> implements StreamObserver<A> {
    private Optional<A> value = Optional.empty();
    private Optional<Status> status = Optional.empty();

    <Q> A of(BiConsumer<Q, StreamObserver<A>> call, Q request) {
      call.accept(request, this);
      return value.orElseThrow();
    }

    @Override
    public void onNext(A answer) {
      value = Optional.of(answer);
    }

    @Override
    public void onError(Throwable error) {
      status = Optional.of(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      status = Optional.of(Status.OK);
    }
  }
}
