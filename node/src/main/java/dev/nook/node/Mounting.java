package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.node.mount.Rollback;
import dev.nook.node.repair.SelfRepair;
import dev.nook.store.MountRefusals;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.OnDamage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mounts the filesystem of a volume, which may be damaged. The errors that it has noted are read
/// before the mount, and again when the kernel has replayed its log, because some show only then. A
/// filesystem that is marked in error is refused unless its class says otherwise, and is not mended
/// here.
///
/// A full pool aborts the log of a filesystem in mid-write, and a power cut leaves orphans: neither
/// is damage, and the kernel handles both when it replays the log.
public final class Mounting {
  /// The errors of mount(2) for a filesystem that is damaged, or that cannot be read or replayed.
  private static final Set<Errno> UNMOUNTABLE =
      EnumSet.of(Errno.EUCLEAN, Errno.EBADMSG, Errno.EIO, Errno.EINVAL, Errno.ENOSPC);

  private static final Logger LOG = LoggerFactory.getLogger(Mounting.class);

  private final Linux linux;
  private final MountRefusals refusals;
  private final SelfRepair repairs;

  public Mounting(Linux linux, MountRefusals refusals, SelfRepair repairs) {
    this.linux = linux;
    this.refusals = refusals;
    this.repairs = repairs;
  }

  /// What is mounted at a path now.
  MountView view(Path path) throws IOException {
    return linux.mounts().view(List.of(path));
  }

  /// All mounts of the host, which take time by their number.
  MountView view() throws IOException {
    return linux.mounts().view();
  }

  /// Bind-mounts a directory of a pool.
  void bind(Path root, Path staging, MountFlags flags, Rollback rollback) throws IOException {
    linux.mounts().bind(root, staging, flags);
    rollback.add(() -> linux.mounts().unmount(staging));
  }

  /// @param first whether the filesystem is not mounted anywhere yet; then it is examined, and
  ///   grown to its device
  void mount(
      StageVolume stage,
      Attachment.FileSystem fileSystem,
      Path staging,
      boolean first,
      Rollback rollback)
      throws StorageException, IOException {
    try {
      if (first) {
        prepare(stage, fileSystem);
      }
      linux.mounts().mount(fileSystem.device(), staging, fileSystem.type(), stage.flags());
    } catch (SystemCallException e) {
      throw refusal(stage, fileSystem.type(), e);
    }
    rollback.add(() -> linux.mounts().unmount(staging));
    if (first) {
      requireWell(stage, fileSystem);
      linux.fileSystems().expand(staging, fileSystem.type());
      refusals.mounted(stage.id(), Optional.empty());
      repairs.isWell(stage.id());
    }
  }

  private void prepare(StageVolume stage, Attachment.FileSystem fileSystem)
      throws StorageException, IOException {
    ErrorState noted = requireWell(stage, fileSystem);
    if (noted.isOfRefusedWrite()) {
      LOG.atWarn()
          .addKeyValue("volume", stage.id())
          .addKeyValue("noted", noted)
          .log("a write to the volume was refused by its pool; it is as after a power cut");
      linux.fileSystems().forgetAbort(fileSystem.device(), fileSystem.type());
    }
    expandUnmounted(stage, fileSystem);
  }

  /// Grows an unmounted filesystem; once more after its log was replayed, so that the check finds
  /// only damage.
  private void expandUnmounted(StageVolume stage, Attachment.FileSystem fileSystem)
      throws IOException {
    Path device = fileSystem.device();
    FileSystemType type = fileSystem.type();
    try {
      linux.fileSystems().expandUnmounted(device, type);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EUCLEAN)) {
        throw e;
      }
      linux.mounts().replayLog(device, type);
      if (stage.onDamage() != OnDamage.MOUNT) {
        linux.fileSystems().expandUnmounted(device, type);
      }
    }
  }

  private ErrorState requireWell(StageVolume stage, Attachment.FileSystem fileSystem)
      throws StorageException, IOException {
    ErrorState noted = linux.fileSystems().errors(fileSystem.device(), fileSystem.type());
    if (noted.isDamage()) {
      switch (stage.onDamage()) {
        case REFUSE, REPAIR ->
            throw damaged(stage, fileSystem.type(), noted.toString(), noted.toString());
        case MOUNT ->
            LOG.atWarn()
                .addKeyValue("volume", stage.id())
                .addKeyValue("noted", noted)
                .log("the volume's filesystem is marked in error and mounted, as its class says");
      }
    }
    return noted;
  }

  /// Returns why a mount failed: a full pool comes before damage, because on a full pool a log
  /// cannot be replayed.
  private StorageException refusal(StageVolume stage, FileSystemType type, SystemCallException e)
      throws StorageException, IOException {
    VolumeId id = stage.id();
    if (!UNMOUNTABLE.contains(e.errno())) {
      throw e;
    }
    Optional<String> full = refusals.full(id);
    return full.isPresent()
        ? new StorageException.Exhausted(
            id, "its %s cannot be mounted: %s".formatted(type, full.get()))
        : damaged(stage, type, "it cannot be mounted: " + e.getMessage(), "mount(2): " + e.errno());
  }

  /// @param told the same without paths of this host, for people who may see the pod
  private StorageException damaged(
      StageVolume stage, FileSystemType type, String found, String told) throws StorageException {
    VolumeId id = stage.id();
    var fault =
        new VolumeFault(
            VolumeFault.Reason.FILESYSTEM_DAMAGED,
            "its %s is damaged and was not mounted: %s".formatted(type, told));
    refusals.mounted(id, Optional.of(fault));
    String next =
        stage.onDamage() == OnDamage.REPAIR
            ? repairs.ask(id, type)
            : "nook volume check %s says what a repair would cost".formatted(id);
    return new StorageException.NotReady(
        id,
        "its %s is damaged: %s; nothing was mended; %s; see \"A volume's filesystem is damaged\" in docs/operations.md"
            .formatted(type, found, next));
  }
}
