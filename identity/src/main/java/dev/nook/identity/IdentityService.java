package dev.nook.identity;

import com.google.protobuf.BoolValue;
import csi.v1.Csi.GetPluginCapabilitiesRequest;
import csi.v1.Csi.GetPluginCapabilitiesResponse;
import csi.v1.Csi.GetPluginInfoRequest;
import csi.v1.Csi.GetPluginInfoResponse;
import csi.v1.Csi.ProbeRequest;
import csi.v1.Csi.ProbeResponse;
import csi.v1.IdentityGrpc;
import dev.nook.rpc.Features;
import dev.nook.rpc.Unary;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/// The CSI Identity service. Its calls do not block.
public final class IdentityService extends IdentityGrpc.IdentityImplBase {
  private final PluginInfo info;
  private final Features features;
  private final BooleanSupplier started;

  /// @param started whether the driver has started; a pool that could not be opened does not count,
  ///   because a liveness probe would then restart the driver for ever
  public IdentityService(PluginInfo info, Features features, BooleanSupplier started) {
    this.info = info;
    this.features = features;
    this.started = started;
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> reply) {
    Unary.answer(
        reply,
        () ->
            GetPluginInfoResponse.newBuilder()
                .setName(info.name())
                .setVendorVersion(info.version())
                .putAllManifest(info.manifest())
                .build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request, StreamObserver<GetPluginCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () ->
            GetPluginCapabilitiesResponse.newBuilder()
                .addAllCapabilities(features.plugin())
                .build());
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> reply) {
    Unary.answer(
        reply,
        () -> ProbeResponse.newBuilder().setReady(BoolValue.of(started.getAsBoolean())).build());
  }
}
