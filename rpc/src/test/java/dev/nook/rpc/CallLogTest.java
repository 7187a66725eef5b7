package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import csi.v1.ControllerGrpc;
import csi.v1.Csi.CreateSnapshotRequest;
import csi.v1.Csi.CreateSnapshotResponse;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.CreateVolumeResponse;
import csi.v1.Csi.ListVolumesRequest;
import csi.v1.Csi.ListVolumesResponse;
import csi.v1.Csi.NodePublishVolumeRequest;
import csi.v1.Csi.Snapshot;
import csi.v1.Csi.Volume;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CallLogTest {
  private static final String SECRET = "canary-4711";

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.nook.calls");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @TempDir Path directory;

  @BeforeEach
  void listen() {
    logger.setLevel(Level.ALL);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void anErrorThatIsThrownIsInternalAndLoggedOnceWithItsStack() throws Exception {
    assertThatThrownBy(() ->
            create(() -> {
              throw new StackOverflowError();
            }))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));

    assertThat(lines.list).hasSize(1);
    assertThat(only().getLevel()).isEqualTo(Level.ERROR);
    assertThat(only().getThrowableProxy().getClassName()).isEqualTo("java.lang.StackOverflowError");
  }

  @Test
  void aHostFailureIsLoggedWithItsStack() {
    refused(new IOException("fsync: EIO"), Status.Code.INTERNAL);

    assertThat(only().getLevel()).isEqualTo(Level.ERROR);
    assertThat(only().getThrowableProxy().getMessage()).isEqualTo("fsync: EIO");
  }

  @Test
  void theCallersFaultIsInfoWithoutStack() {
    refused(new StorageException.InvalidArgument("name", "is bad"), Status.Code.INVALID_ARGUMENT);

    assertThat(only().getLevel()).isEqualTo(Level.INFO);
    assertThat(only().getThrowableProxy()).isNull();
    assertThat(only().getFormattedMessage())
        .matches("CreateVolume INVALID_ARGUMENT [0-9.]+ ms name=pvc-1: name is bad");
  }

  @Test
  void whatMayBeTriedAgainIsAWarning() {
    refused(
        new StorageException.Exhausted(new VolumeId("v"), 2, 1), Status.Code.RESOURCE_EXHAUSTED);

    assertThat(only().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void aSuccessNamesTheVolumeAndNothingSecret() throws Exception {
    create(() -> volume("v-1"));

    assertThat(only().getLevel()).isEqualTo(Level.INFO);
    assertThat(only().getFormattedMessage())
        .matches("CreateVolume OK [0-9.]+ ms name=pvc-1 volume_id=v-1");
    assertThat(lines.list).noneMatch(line -> line.toString().contains(SECRET));
  }

  @Test
  void theClaimAndThePodAreNamedAndNothingElseOfTheirMaps() throws Exception {
    try (var socket = serve(() -> volume("v-1"))) {
      CreateVolumeResponse _ =
          ControllerGrpc.newBlockingStub(socket.channel)
              .createVolume(
                  CreateVolumeRequest.newBuilder()
                      .setName("pvc-1")
                      .putParameters("csi.storage.k8s.io/pvc/name", "data")
                      .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
                      .putParameters("csi.storage.k8s.io/pv/name", SECRET)
                      .build());
    }

    assertThat(only().getFormattedMessage())
        .matches("CreateVolume OK [0-9.]+ ms name=pvc-1 claim=shop/data volume_id=v-1");
    assertThat(
            ForWhom.POD.in(
                NodePublishVolumeRequest.newBuilder()
                    .putVolumeContext("csi.storage.k8s.io/pod.name", "web-0")
                    .putVolumeContext("csi.storage.k8s.io/pod.namespace", "shop")
                    .build()))
        .contains(" pod=shop/web-0");
    assertThat(ForWhom.POD.in(NodePublishVolumeRequest.getDefaultInstance())).isEmpty();
  }

  @Test
  void aSnapshotIsNamedWithItsSourceOnce() throws Exception {
    try (var socket = serve(() -> volume("v-1"))) {
      CreateSnapshotResponse _ =
          ControllerGrpc.newBlockingStub(socket.channel)
              .createSnapshot(
                  CreateSnapshotRequest.newBuilder()
                      .setName("nightly")
                      .setSourceVolumeId("v-1")
                      .putSecrets(SECRET, SECRET)
                      .build());
    }

    assertThat(only().getFormattedMessage())
        .matches("CreateSnapshot OK [0-9.]+ ms name=nightly source_volume_id=v-1 snapshot_id=s-1");
  }

  @Test
  void aNameCannotForgeALine() throws Exception {
    create("a\nCreateVolume OK 1 ms\u2028", () -> volume("v-1"));

    assertThat(only().getFormattedMessage()).contains("name=a�CreateVolume").doesNotContain("\n");
  }

  @Test
  void aCallThatOnlyLooksIsQuietWhenItGoesWell() throws Exception {
    try (var socket = serve(() -> volume("v-1"))) {
      ListVolumesResponse _ =
          ControllerGrpc.newBlockingStub(socket.channel)
              .listVolumes(ListVolumesRequest.getDefaultInstance());
    }

    assertThat(only().getLevel()).isEqualTo(Level.DEBUG);
  }

  private void refused(Exception error, Status.Code code) {
    assertThatThrownBy(() ->
            create(() -> {
              switch (error) {
                case StorageException e -> throw e;
                case IOException e -> throw e;
                default -> throw new AssertionError(error);
              }
            }))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }

  private void create(Unary.Answer<CreateVolumeResponse> answer) throws Exception {
    create("pvc-1", answer);
  }

  private void create(String name, Unary.Answer<CreateVolumeResponse> answer) throws Exception {
    try (var socket = serve(answer)) {
      CreateVolumeResponse _ =
          ControllerGrpc.newBlockingStub(socket.channel)
              .createVolume(
                  CreateVolumeRequest.newBuilder()
                      .setName(name)
                      .putSecrets(SECRET, SECRET)
                      .putParameters(SECRET, SECRET)
                      .addVolumeCapabilities(
                          Asked.mount(Mode.SINGLE_NODE_WRITER, SECRET, "password=" + SECRET))
                      .build());
    }
  }

  private SocketServer serve(Unary.Answer<CreateVolumeResponse> answer) throws IOException {
    var service =
        new ControllerGrpc.ControllerImplBase() {
          @Override
          public void createVolume(
              CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
            Unary.answer(reply, answer);
          }

          @Override
          public void createSnapshot(
              CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> reply) {
            Unary.answer(reply, () -> snapshot(request.getSourceVolumeId()));
          }

          @Override
          public void listVolumes(
              ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
            Unary.answer(reply, ListVolumesResponse::getDefaultInstance);
          }
        };
    return new SocketServer(directory, Duration.ofSeconds(5), service, List.of(new CallLog()));
  }

  private ILoggingEvent only() {
    assertThat(lines.list).hasSize(1);
    return lines.list.getFirst();
  }

  private static CreateSnapshotResponse snapshot(String source) {
    return CreateSnapshotResponse.newBuilder()
        .setSnapshot(Snapshot.newBuilder().setSnapshotId("s-1").setSourceVolumeId(source))
        .build();
  }

  private static CreateVolumeResponse volume(String id) {
    return CreateVolumeResponse.newBuilder()
        .setVolume(Volume.newBuilder().setVolumeId(id).putVolumeContext(SECRET, SECRET))
        .build();
  }
}
