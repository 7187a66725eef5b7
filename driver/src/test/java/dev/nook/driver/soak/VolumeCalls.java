package dev.nook.driver.soak;

import csi.v1.Csi;
import dev.nook.driver.soak.Subject.OfVolume;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes every CSI call that a volume meets, and applies its answer to the model.
final class VolumeCalls {
  /// The codes of a refused expansion that is repeated after a publish, which must not keep a pod
  /// from starting (decision 19).
  private static final Set<Status.Code> AFTER_A_REFUSAL =
      Set.of(
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.OUT_OF_RANGE,
          Status.Code.FAILED_PRECONDITION);

  private final Calls calls;
  private final Model model;
  private final Pod pod;

  VolumeCalls(Calls calls, Model model, Pod pod) {
    this.calls = calls;
    this.model = model;
    this.pod = pod;
  }

  /// Creates a volume, empty or from a source.
  void create(OfVolume volume, Csi.@Nullable VolumeContentSource source, long bytes)
      throws IOException, InterruptedException {
    model.volumes.add(volume);
    Files.createDirectories(pod.staging(volume));
    VolumeKind kind = volume.kind;
    boolean made =
        calls.ask(
            volume,
            source == null ? "CreateVolume" : "CreateVolume of a copy",
            client ->
                source == null
                    ? client.create(volume.name, bytes, kind.capability(), kind.parameters())
                    : client.copy(volume.name, source, bytes, kind.capability(), kind.parameters()),
            answer -> {
              volume.id = answer.getVolumeId();
              volume.bytes = answer.getCapacityBytes();
            });
    if (!made) {
      gone(volume);
    }
  }

  void stage(OfVolume volume) throws IOException, InterruptedException {
    calls.done(
        volume,
        "NodeStageVolume",
        client -> client.stage(volume.id(), pod.staging(volume), volume.kind.capability()),
        () -> volume.staged = true);
  }

  /// Publishes a volume, and reads it the first time.
  void publish(OfVolume volume) throws IOException, InterruptedException {
    calls.done(
        volume,
        "NodePublishVolume",
        client ->
            client.publish(
                volume.id(),
                pod.staging(volume),
                pod.target(volume),
                volume.kind.capability(),
                false),
        () -> volume.published = true);
    pod.verify(volume);
  }

  void unpublish(OfVolume volume) throws IOException, InterruptedException {
    calls.done(
        volume,
        "NodeUnpublishVolume",
        client -> client.unpublish(volume.id(), pod.target(volume)),
        () -> volume.published = false);
  }

  void unstage(OfVolume volume) throws IOException, InterruptedException {
    calls.done(
        volume,
        "NodeUnstageVolume",
        client -> client.unstage(volume.id(), pod.staging(volume)),
        () -> volume.staged = false);
  }

  void delete(OfVolume volume) throws IOException, InterruptedException {
    calls.done(volume, "DeleteVolume", client -> client.delete(volume.id()), () -> gone(volume));
  }

  void deleteInUse(OfVolume volume) throws IOException, InterruptedException {
    calls.refused(
        volume,
        "DeleteVolume in use",
        Status.Code.FAILED_PRECONDITION,
        client -> {
          client.delete(volume.id());
          return true;
        });
  }

  void grow(OfVolume volume, long bytes) throws IOException, InterruptedException {
    volume.wanted = bytes;
    boolean grown =
        calls.ask(
            volume,
            "NodeExpandVolume",
            volume.refused == bytes ? AFTER_A_REFUSAL : Calls.REFUSALS,
            client -> client.expand(volume.id(), pod.target(volume), pod.staging(volume), bytes),
            got -> volume.bytes = got);
    volume.wanted = 0;
    volume.refused = grown ? 0 : bytes;
  }

  void stats(OfVolume volume) throws IOException, InterruptedException {
    calls.done(
        volume,
        "NodeGetVolumeStats",
        client -> client.stats(volume.id(), pod.target(volume)),
        () -> {});
  }

  private void gone(OfVolume volume) {
    boolean _ = model.volumes.remove(volume);
    try {
      boolean _ = Files.deleteIfExists(pod.staging(volume));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
