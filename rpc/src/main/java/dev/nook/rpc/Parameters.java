package dev.nook.rpc;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters of a StorageClass: a closed list without paths, commands or mount options. Any
/// other key is refused, except those of Kubernetes, which are tolerated.
///
/// @param fileSystem the class's filesystem, used where the capability names none
/// @param onDamage not recorded with the volume: the CO keeps it in `volume_context` and hands it
///   to the node
public record Parameters(
    Optional<PoolName> pool,
    boolean directory,
    Provisioning provisioning,
    boolean quotaRequired,
    Optional<FileSystemType> fileSystem,
    OnDamage onDamage) {

  /// The prefix of keys that the provisioner adds or leaves in ([external-provisioner](
  /// https://kubernetes-csi.github.io/docs/external-provisioner.html)).
  private static final String KUBERNETES = "csi.storage.k8s.io/";

  private static final String FS_TYPE = KUBERNETES + "fstype";

  private static final String ON_DAMAGE = "onDamage";

  /// Nook's own keys.
  public static final Set<String> KEYS =
      Set.of("pool", "backend", "provisioning", "quota", ON_DAMAGE);

  public static Parameters of(Map<String, String> given) throws InvalidArgument {
    refuseUnknown(given, KEYS);
    Parameters parameters =
        new Parameters(
            pool(given),
            either(given, "backend", "loop", "directory"),
            either(given, "provisioning", "thin", "thick") ? Provisioning.THICK : Provisioning.THIN,
            !either(given, "quota", "required", "none"),
            fileSystem(given),
            onDamage("parameters", given));
    parameters.refuseNonsense();
    return parameters;
  }

  /// Returns what the CO keeps with a volume and hands to its node; empty where it is the default.
  public Map<String, String> volumeContext() {
    return onDamage == OnDamage.REFUSE
        ? Map.of()
        : Map.of(ON_DAMAGE, onDamage.name().toLowerCase(Locale.ROOT));
  }

  /// Parses what [#volumeContext] returned, from a map to which a CO adds keys of its own.
  public static OnDamage onDamage(Map<String, String> volumeContext) throws InvalidArgument {
    return onDamage("volume_context", volumeContext);
  }

  private static OnDamage onDamage(String map, Map<String, String> given) throws InvalidArgument {
    return switch (given.getOrDefault(ON_DAMAGE, "refuse")) {
      case "refuse" -> OnDamage.REFUSE;
      case "mount" -> OnDamage.MOUNT;
      case "repair" -> OnDamage.REPAIR;
      default ->
          throw new InvalidArgument(
              "%s[\"%s\"]".formatted(map, ON_DAMAGE), "must be refuse, mount or repair");
    };
  }

  /// Checks the parameters of a VolumeSnapshotClass, of which Nook has none: a snapshot lies in its
  /// source's pool and has its source's shape.
  public static void ofSnapshot(Map<String, String> given) throws InvalidArgument {
    refuseUnknown(given, Set.of());
  }

  /// Returns what a volume of this class is if it is used in all of these ways; with none given,
  /// one that is mounted.
  public Shape shape(List<VolumeCapability> wanted) throws InvalidArgument {
    Set<FileSystemType> types = new LinkedHashSet<>();
    int blocks = 0;
    for (VolumeCapability capability : wanted) {
      switch (capability.access()) {
        case Access.Block _ -> blocks++;
        case Access.Mount(var type, var _) -> type.ifPresent(types::add);
      }
    }
    if (blocks != 0 && blocks != wanted.size()) {
      throw new InvalidArgument("volume_capabilities", "ask for block and for mount at once");
    }
    if (types.size() > 1) {
      throw new InvalidArgument("volume_capabilities", "ask for several filesystems: " + types);
    }
    if (directory) {
      return tree(blocks != 0, !types.isEmpty());
    }
    return blocks != 0
        ? new Shape.Raw(provisioning)
        : new Shape.Formatted(
            types.stream().findFirst().or(() -> fileSystem).orElse(FileSystemType.EXT4),
            provisioning);
  }

  /// Returns the filesystem of this name, if volumes can have it.
  static Optional<FileSystemType> fileSystem(String name) {
    return FileSystemType.of(name).filter(type -> type != FileSystemType.BTRFS);
  }

  private Shape tree(boolean block, boolean typed) throws InvalidArgument {
    if (block) {
      throw new InvalidArgument(field("backend"), "directory has no block volumes; use loop");
    }
    if (typed) {
      throw new InvalidArgument(
          "volume_capabilities", "name a filesystem, but a directory uses its pool's");
    }
    return new Shape.Tree(quotaRequired);
  }

  private void refuseNonsense() throws InvalidArgument {
    if (directory && provisioning == Provisioning.THICK) {
      throw new InvalidArgument(
          field("provisioning"), "must be thin for directories; use loop for thick volumes");
    }
    if (directory && fileSystem.isPresent()) {
      throw new InvalidArgument(
          field(FS_TYPE), "does not apply to directories, which use their pool's filesystem");
    }
    if (directory && onDamage != OnDamage.REFUSE) {
      throw new InvalidArgument(
          field(ON_DAMAGE), "does not apply to directories, which use their pool's filesystem");
    }
    if (!directory && !quotaRequired) {
      throw new InvalidArgument(
          field("quota"), "none is for directories only; the image limits a loop volume");
    }
  }

  private static Optional<PoolName> pool(Map<String, String> given) throws InvalidArgument {
    String name = given.get("pool");
    if (name == null) {
      return Optional.empty();
    }
    if (!PoolName.isValid(name)) {
      throw new InvalidArgument(
          field("pool"), "must be lower-case letters, digits and inner hyphens, at most 63");
    }
    return Optional.of(new PoolName(name));
  }

  private static Optional<FileSystemType> fileSystem(Map<String, String> given)
      throws InvalidArgument {
    String name = given.getOrDefault(FS_TYPE, "");
    Optional<FileSystemType> type = fileSystem(name);
    if (!name.isEmpty() && type.isEmpty()) {
      throw new InvalidArgument(field(FS_TYPE), "must be ext4 or xfs");
    }
    return type;
  }

  private static void refuseUnknown(Map<String, String> given, Set<String> known)
      throws InvalidArgument {
    for (String key : Fields.map("parameters", given).keySet()) {
      if (!known.contains(key) && !key.startsWith(KUBERNETES)) {
        throw new InvalidArgument(field(Fields.bounded("parameters", key)), "is not a parameter");
      }
    }
  }

  /// Whether the key has the second value; absence means the first.
  private static boolean either(Map<String, String> given, String key, String first, String second)
      throws InvalidArgument {
    String value = given.getOrDefault(key, first);
    if (!value.equals(first) && !value.equals(second)) {
      throw new InvalidArgument(field(key), "must be %s or %s".formatted(first, second));
    }
    return value.equals(second);
  }

  private static String field(String key) {
    return "parameters[\"%s\"]".formatted(key);
  }
}
