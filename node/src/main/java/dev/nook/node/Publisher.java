package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.mount.DeviceViews;
import dev.nook.node.mount.FilesystemFault;
import dev.nook.node.mount.MountState;
import dev.nook.node.mount.Rollback;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.Operations;
import dev.nook.store.VolumeLookup;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Shows a staged volume at a pod's target path, by a bind mount that NodeUnpublishVolume removes
/// again.
public final class Publisher {
  private final Stager stager;
  private final VolumeLookup volumes;
  private final Linux linux;
  private final Operations operations;
  private final KubeletDirectory kubelet;
  private final OwnMounts own;
  private final DeviceViews views;
  private final RefusedExpansions refused;

  public Publisher(
      Stager stager,
      VolumeLookup volumes,
      Linux linux,
      Operations operations,
      KubeletDirectory kubelet,
      OwnMounts own,
      DeviceViews views,
      RefusedExpansions refused) {
    this.stager = stager;
    this.volumes = volumes;
    this.linux = linux;
    this.operations = operations;
    this.kubelet = kubelet;
    this.own = own;
    this.views = views;
    this.refused = refused;
  }

  void publish(PublishVolume publish) throws StorageException, IOException {
    PublishVolume real = admitted(publish);
    Optional<Void> _ =
        operations.showAt(
            publish.id(),
            Set.of(real.target().path(), real.stage().staging().path()),
            publish,
            () -> {
              publishHolding(real);
              refused.published(publish.id());
              return Optional.empty();
            });
  }

  private PublishVolume admitted(PublishVolume publish) throws StorageException, IOException {
    PublishVolume real = kubelet.admitMounts(publish);
    if (real.target().equals(real.stage().staging())) {
      throw new StorageException.InvalidArgument(
          PublishVolume.PATH, "%s is the staging_target_path too".formatted(publish.target()));
    }
    return real;
  }

  void unpublish(UnpublishVolume unpublish) throws StorageException, IOException {
    VolumeId id = unpublish.id();
    KubeletPath target = kubelet.admitUnmount(id, PublishVolume.PATH, unpublish.target());
    Optional<Void> _ =
        operations.showAt(
            id,
            Set.of(target.path()),
            unpublish,
            () -> {
              own.clear(id, target);
              target.remove(id);
              views.release(id);
              refused.forget(id);
              return Optional.empty();
            });
  }

  private void publishHolding(PublishVolume publish) throws StorageException, IOException {
    Volume volume = publish.stage().requireServedBy(volumes.get(publish.id()));
    KubeletPath target = publish.target();
    MountView view = linux.mounts().view(List.of(target.path(), staged(publish)));
    switch (own.at(target.path(), publish.id(), view)) {
      case MountState.Here here -> here.require(publish.id(), publish.flags());
      case MountState.Foreign foreign -> throw foreign.refusal(publish.id());
      case MountState.Absent _ -> {
        if (publish.singleTarget()) {
          refuseSecondTarget(publish);
        }
        try (Rollback rollback = new Rollback()) {
          show(staged(volume, publish, view, rollback), publish, rollback);
          rollback.keep();
        }
      }
    }
  }

  /// What a pod is to see: the device of a block volume, or else what is mounted at the staging
  /// path. A volume that is mounted there already is staged, and nothing else of it is looked at.
  private Path staged(Volume volume, PublishVolume publish, MountView view, Rollback rollback)
      throws StorageException, IOException {
    VolumeId id = publish.id();
    Path staging = staged(publish);
    if (own.at(staging, id, view) instanceof MountState.Here here) {
      here.require(id, publish.stage().flags());
      return staging;
    }
    return switch (stager.stageHolding(volume, publish.stage(), view, rollback)) {
      case Attachment.Device(var device) when publish.readOnly() ->
          views.over(id, device, rollback);
      case Attachment.Device(var device) -> device;
      case Attachment.Tree _, Attachment.FileSystem _ -> staging;
    };
  }

  private void show(Path shown, PublishVolume publish, Rollback rollback)
      throws StorageException, IOException {
    VolumeId id = publish.id();
    KubeletPath target = publish.target();
    boolean block = publish.stage().capability().access() instanceof Access.Block;
    if (target.make(id, block ? KubeletPath.Kind.FILE : KubeletPath.Kind.DIRECTORY)) {
      rollback.add(() -> target.remove(id));
    }
    FilesystemFault.named(
        id, "be shown", () -> linux.mounts().bind(shown, target.path(), publish.flags()));
  }

  private static Path staged(PublishVolume publish) {
    return publish.stage().staging().path();
  }

  /// Refuses a second target. Every mount of the volume except the staged one is a target. If the
  /// kubelet directory is visible under two names, so is each mount in it, so mounts are told apart
  /// by the place at which they are.
  private void refuseSecondTarget(PublishVolume publish) throws StorageException, IOException {
    MountView view = linux.mounts().view();
    Set<MountView.Place> staged = new HashSet<>();
    view.at(staged(publish)).forEach(entry -> staged.add(view.place(entry)));
    for (Mounts.Entry entry : own.showing(publish.id(), view, view.here())) {
      if (!staged.contains(view.place(entry))) {
        throw new StorageException.NotReady(
            publish.id(),
            "it is published at %s, and its access mode allows one target; unpublish that first"
                .formatted(entry.mountPoint()));
      }
    }
  }
}
