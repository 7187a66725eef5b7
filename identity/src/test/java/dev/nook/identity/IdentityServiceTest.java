package dev.nook.identity;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi.GetPluginCapabilitiesRequest;
import csi.v1.Csi.GetPluginInfoRequest;
import csi.v1.Csi.GetPluginInfoResponse;
import csi.v1.Csi.PluginCapability;
import csi.v1.Csi.ProbeRequest;
import csi.v1.Csi.ProbeResponse;
import dev.nook.rpc.Features;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class IdentityServiceTest {
  private final AtomicBoolean started = new AtomicBoolean();
  private final IdentityService service =
      new IdentityService(
          new PluginInfo("csi.nook.dev", "1.2.3", Map.of("commit", "abc")),
          new Features(false, false),
          started::get);

  @Test
  void probeIsNotReadyUntilStartHasEnded() {
    assertThat(probe().getReady().getValue()).isFalse();

    started.set(true);

    assertThat(probe().hasReady()).isTrue();
    assertThat(probe().getReady().getValue()).isTrue();
  }

  @Test
  void theDriverSaysWhoItIs() {
    Replies<GetPluginInfoResponse> replies = new Replies<>();

    service.getPluginInfo(GetPluginInfoRequest.getDefaultInstance(), replies);

    assertThat(replies.only())
        .isEqualTo(
            GetPluginInfoResponse.newBuilder()
                .setName("csi.nook.dev")
                .setVendorVersion("1.2.3")
                .putManifest("commit", "abc")
                .build());
  }

  @Test
  void theDriverSaysWhatItOffers() {
    Replies<csi.v1.Csi.GetPluginCapabilitiesResponse> replies = new Replies<>();

    service.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance(), replies);

    var offered = replies.only().getCapabilitiesList();
    assertThat(offered)
        .extracting(capability -> capability.getService().getType())
        .containsOnlyOnce(
            PluginCapability.Service.Type.CONTROLLER_SERVICE,
            PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
    assertThat(offered)
        .extracting(capability -> capability.getVolumeExpansion().getType())
        .containsOnlyOnce(PluginCapability.VolumeExpansion.Type.ONLINE);
    assertThat(offered).hasSize(3);
  }

  @Test
  void thatSnapshotsHaveAPlaceIsSaidOnlyWhenItIsAskedFor() {
    Replies<csi.v1.Csi.GetPluginCapabilitiesResponse> replies = new Replies<>();
    var info = new PluginInfo("csi.nook.dev", "1.2.3", Map.of());

    new IdentityService(info, new Features(false, true), started::get)
        .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance(), replies);

    assertThat(replies.only().getCapabilitiesList())
        .hasSize(4)
        .extracting(capability -> capability.getService().getType())
        .contains(PluginCapability.Service.Type.SNAPSHOT_ACCESSIBILITY_CONSTRAINTS);
  }

  private ProbeResponse probe() {
    Replies<ProbeResponse> replies = new Replies<>();
    service.probe(ProbeRequest.getDefaultInstance(), replies);
    return replies.only();
  }

  /// Records the answer of a call.
  private static final class Replies<T> implements StreamObserver<T> {
    private final List<T> values = new ArrayList<>();
    private boolean completed;

    @Override
    public void onNext(T value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError(error);
    }

    @Override
    public void onCompleted() {
      completed = true;
    }

    T only() {
      assertThat(completed).isTrue();
      assertThat(values).hasSize(1);
      return values.getFirst();
    }
  }
}
