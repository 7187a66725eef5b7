package dev.nook.rpc;

import csi.v1.Csi;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.error.StorageException.NotReady;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The capabilities of one request. Malformed ones are refused while parsing. One that is well
/// formed but that no volume of this driver can serve is kept as a reason, because calls answer it
/// with different codes.
///
/// @param supported the capabilities asked for that this driver can serve
/// @param unsupported the first one that no volume here can serve
public record Capabilities(List<VolumeCapability> supported, Optional<Unsupported> unsupported) {
  /// The most bytes that all `mount_flags` together may have.
  private static final int FLAGS_BYTES = 4096;

  public record Unsupported(String field, String why) {
    @Override
    public String toString() {
      return field + " " + why;
    }
  }

  /// Parses the capabilities of a call that may have none.
  public static Capabilities of(List<Csi.VolumeCapability> wanted) throws InvalidArgument {
    List<VolumeCapability> supported = new ArrayList<>();
    Optional<Unsupported> unsupported = Optional.empty();
    for (int i = 0; i < wanted.size(); i++) {
      String field = "volume_capabilities[%d]".formatted(i);
      Csi.VolumeCapability capability = wellFormed(field, wanted.get(i));
      Optional<Unsupported> refused = refused(field, capability);
      if (refused.isEmpty()) {
        supported.add(parsed(capability));
      } else if (unsupported.isEmpty()) {
        unsupported = refused;
      }
    }
    return new Capabilities(List.copyOf(supported), unsupported);
  }

  /// Parses the capabilities of a call that needs at least one.
  public static Capabilities required(List<Csi.VolumeCapability> wanted) throws InvalidArgument {
    if (wanted.isEmpty()) {
      throw new InvalidArgument("volume_capabilities", "must not be empty");
    }
    return of(wanted);
  }

  /// Parses the one capability of a call on an existing volume. Throws NotReady
  /// (FAILED_PRECONDITION, as the specification demands) when it is well formed but no volume here
  /// can serve it.
  public static VolumeCapability one(VolumeId id, boolean present, Csi.VolumeCapability wanted)
      throws InvalidArgument, NotReady {
    if (!present) {
      throw new InvalidArgument("volume_capability", "must be given");
    }
    Csi.VolumeCapability capability = wellFormed("volume_capability", wanted);
    Optional<Unsupported> refused = refused("volume_capability", capability);
    if (refused.isPresent()) {
      throw new NotReady(id, refused.get().toString());
    }
    return parsed(capability);
  }

  /// Returns all of them. Throws InvalidArgument, naming the first that is unsupported.
  public List<VolumeCapability> orInvalid() throws InvalidArgument {
    if (unsupported.isPresent()) {
      throw new InvalidArgument(unsupported.get().field(), unsupported.get().why());
    }
    return supported;
  }

  private static Csi.VolumeCapability wellFormed(String field, Csi.VolumeCapability wanted)
      throws InvalidArgument {
    switch (wanted.getAccessTypeCase()) {
      case BLOCK -> {}
      case MOUNT -> {
        Fields.bounded(field + ".mount.fs_type", wanted.getMount().getFsType());
        int bytes =
            wanted.getMount().getMountFlagsList().asByteStringList().stream()
                .mapToInt(flag -> flag.size())
                .sum();
        if (bytes > FLAGS_BYTES) {
          throw new InvalidArgument(
              field + ".mount.mount_flags", "have more than %d bytes".formatted(FLAGS_BYTES));
        }
      }
      case ACCESSTYPE_NOT_SET -> throw new InvalidArgument(field, "must be block or mount");
    }
    switch (wanted.getAccessMode().getMode()) {
      case UNKNOWN, UNRECOGNIZED ->
          throw new InvalidArgument(field + ".access_mode.mode", "must be a known mode");
      case SINGLE_NODE_WRITER,
          SINGLE_NODE_READER_ONLY,
          SINGLE_NODE_SINGLE_WRITER,
          SINGLE_NODE_MULTI_WRITER,
          MULTI_NODE_READER_ONLY,
          MULTI_NODE_SINGLE_WRITER,
          MULTI_NODE_MULTI_WRITER -> {}
    }
    return wanted;
  }

  private static Optional<Unsupported> refused(String field, Csi.VolumeCapability wanted) {
    if (mode(wanted).isEmpty()) {
      return unsupported(
          field + ".access_mode.mode",
          "%s is not supported: a volume lives on one node"
              .formatted(wanted.getAccessMode().getMode()));
    }
    if (!wanted.hasMount()) {
      return Optional.empty();
    }
    Csi.VolumeCapability.MountVolume mount = wanted.getMount();
    if (!mount.getFsType().isEmpty() && Parameters.fileSystem(mount.getFsType()).isEmpty()) {
      return unsupported(field + ".mount.fs_type", "must be ext4 or xfs");
    }
    return mount.getVolumeMountGroup().isEmpty()
        ? Optional.empty()
        : unsupported(field + ".mount.volume_mount_group", "is not supported");
  }

  private static Optional<Unsupported> unsupported(String field, String why) {
    return Optional.of(new Unsupported(field, why));
  }

  private static VolumeCapability parsed(Csi.VolumeCapability wanted) {
    return new VolumeCapability(access(wanted), mode(wanted).orElseThrow());
  }

  private static Access access(Csi.VolumeCapability wanted) {
    if (wanted.hasBlock()) {
      return new Access.Block();
    }
    Optional<FileSystemType> type = Parameters.fileSystem(wanted.getMount().getFsType());
    return new Access.Mount(type, MountFlags.of(wanted.getMount().getMountFlagsList()));
  }

  private static Optional<AccessMode> mode(Csi.VolumeCapability wanted) {
    return switch (wanted.getAccessMode().getMode()) {
      case SINGLE_NODE_WRITER -> Optional.of(AccessMode.SINGLE_NODE_WRITER);
      case SINGLE_NODE_READER_ONLY -> Optional.of(AccessMode.SINGLE_NODE_READER_ONLY);
      case SINGLE_NODE_SINGLE_WRITER -> Optional.of(AccessMode.SINGLE_NODE_SINGLE_WRITER);
      case SINGLE_NODE_MULTI_WRITER -> Optional.of(AccessMode.SINGLE_NODE_MULTI_WRITER);
      case MULTI_NODE_READER_ONLY -> Optional.of(AccessMode.MULTI_NODE_READER_ONLY);
      case MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER, UNKNOWN, UNRECOGNIZED ->
          Optional.empty();
    };
  }
}
