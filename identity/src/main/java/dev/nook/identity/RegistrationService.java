package dev.nook.identity;

import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Unary;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Consumer;
import pluginregistration.PluginRegistration.InfoRequest;
import pluginregistration.PluginRegistration.PluginInfo;
import pluginregistration.PluginRegistration.RegistrationStatus;
import pluginregistration.PluginRegistration.RegistrationStatusResponse;
import pluginregistration.RegistrationGrpc;

/// Tells kubelet which CSI driver this is and where it listens ([plugin registration](
/// https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/)), and
/// receives the outcome.
public final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {
  private static final String TYPE = "CSIPlugin";

  /// The version of the CSI protocol; kubelet accepts every 1.x.
  private static final String VERSION = "1.0.0";

  private final dev.nook.identity.PluginInfo driver;
  private final Endpoint endpoint;
  private final Consumer<Optional<String>> heard;

  /// @param endpoint the driver's socket, at a path that is the same for kubelet
  /// @param heard receives kubelet's error; empty when it has registered the driver
  public RegistrationService(
      dev.nook.identity.PluginInfo driver, Endpoint endpoint, Consumer<Optional<String>> heard) {
    this.driver = driver;
    this.endpoint = endpoint;
    this.heard = heard;
  }

  @Override
  public void getInfo(InfoRequest request, StreamObserver<PluginInfo> reply) {
    Unary.answer(
        reply,
        () ->
            PluginInfo.newBuilder()
                .setType(TYPE)
                .setName(driver.name())
                .setEndpoint(endpoint.socket().toString())
                .addSupportedVersions(VERSION)
                .build());
  }

  @Override
  public void notifyRegistrationStatus(
      RegistrationStatus status, StreamObserver<RegistrationStatusResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          heard.accept(
              status.getPluginRegistered() ? Optional.empty() : Optional.of(status.getError()));
          return RegistrationStatusResponse.getDefaultInstance();
        });
  }
}
