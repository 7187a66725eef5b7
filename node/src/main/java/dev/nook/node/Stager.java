package dev.nook.node;

import dev.nook.linux.mount.MountView;
import dev.nook.node.mount.MountState;
import dev.nook.node.mount.Rollback;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.Attachments;
import dev.nook.store.Operations;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Attaches a volume and mounts it at its staging path, once per node.
///
/// A read-only access mode also stages writable, because the log must be replayed and the
/// filesystem grown in any case, and because kubelet uses the same staging path for two
/// PersistentVolumes of one volume, one of which is read-only. [Publisher] mounts it read-only.
public final class Stager {
  private final Attachments attachments;
  private final Operations operations;
  private final VolumeSlots slots;
  private final KubeletDirectory kubelet;
  private final OwnMounts own;
  private final RefusedExpansions refused;
  private final Mounting mounting;

  public Stager(
      Attachments attachments,
      Mounting mounting,
      Operations operations,
      VolumeSlots slots,
      KubeletDirectory kubelet,
      OwnMounts own,
      RefusedExpansions refused) {
    this.attachments = attachments;
    this.operations = operations;
    this.slots = slots;
    this.kubelet = kubelet;
    this.own = own;
    this.refused = refused;
    this.mounting = mounting;
  }

  void stage(StageVolume stage) throws StorageException, IOException {
    StageVolume real = stage.at(kubelet.admitMount(StageVolume.PATH, stage.staging()));
    Attachment _ =
        operations.showAt(
            stage.id(), Set.of(real.staging().path()), stage, () -> stageHolding(real));
  }

  private Attachment stageHolding(StageVolume stage) throws StorageException, IOException {
    Volume volume = stage.requireServedBy(attachments.get(stage.id()));
    try (Rollback rollback = new Rollback()) {
      Attachment attachment =
          stageHolding(volume, stage, mounting.view(stage.staging().path()), rollback);
      rollback.keep();
      return attachment;
    }
  }

  /// Stages a volume. This is also the first half of every publish, because kubelet does not stage
  /// again after a reboot. The caller holds the volume and the staging path, which has its real
  /// name.
  ///
  /// @param view what was at the staging path when the call began
  Attachment stageHolding(Volume volume, StageVolume stage, MountView view, Rollback rollback)
      throws StorageException, IOException {
    VolumeId id = volume.id();
    boolean arrives = !attachments.isAttached(id);
    try (VolumeSlots.Slot slot = slots.take(id)) {
      Attachment attachment = attachments.attach(volume);
      if (arrives) {
        rollback.add(() -> attachments.detach(id));
      }
      switch (attachment) {
        case Attachment.Device _ -> {} // Raw bytes: nothing to mount, nothing to look at.
        case Attachment.Tree _, Attachment.FileSystem _ ->
            show(attachment, arrives, stage, view, rollback);
      }
      slot.keep(rollback);
      return attachment;
    }
  }

  /// Unmounts and detaches a volume. The staging path stays, because the CO made it and removes it.
  void unstage(UnstageVolume unstage) throws StorageException, IOException {
    VolumeId id = unstage.id();
    KubeletPath staging = kubelet.admitUnmount(id, StageVolume.PATH, unstage.staging());
    Optional<Void> _ =
        operations.runAt(
            id,
            Set.of(staging.path()),
            unstage,
            () -> {
              attachments.detach(id, own.clear(id, staging));
              slots.left(id);
              refused.forget(id);
              return Optional.empty();
            });
  }

  private void show(
      Attachment attachment, boolean arrives, StageVolume stage, MountView view, Rollback rollback)
      throws StorageException, IOException {
    KubeletPath staging = stage.staging();
    switch (own.at(staging.path(), stage.id(), view)) {
      case MountState.Here here -> here.require(stage.id(), stage.flags());
      case MountState.Foreign foreign -> throw foreign.refusal(stage.id());
      case MountState.Absent _ -> {
        staging.require(stage.id(), KubeletPath.Kind.DIRECTORY);
        mount(attachment, arrives, stage, rollback);
      }
    }
  }

  /// Mounts a filesystem. One that is mounted elsewhere was grown then, and must not be grown as an
  /// unmounted one.
  private void mount(Attachment attachment, boolean arrives, StageVolume stage, Rollback rollback)
      throws StorageException, IOException {
    Path staging = stage.staging().path();
    switch (attachment) {
      case Attachment.Tree(var root) -> mounting.bind(root, staging, stage.flags(), rollback);
      case Attachment.FileSystem fileSystem -> {
        boolean first = arrives || !isShown(stage.id());
        mounting.mount(stage, fileSystem, staging, first, rollback);
      }
      case Attachment.Device _ -> throw new IllegalStateException("a device is not mounted");
    }
  }

  /// Whether any mount shows a volume, in this namespace or that of pid 1.
  private boolean isShown(VolumeId id) throws IOException {
    MountView all = mounting.view();
    return !own.showing(id, all, all.everywhere()).isEmpty();
  }
}
