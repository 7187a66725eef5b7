package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystemType;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Mount flags of a caller. [#refusedBy] checks each against the filesystem's allow-list; a flag
/// that is not on the list reaches no system call.
public record MountFlags(SortedSet<String> flags) {
  public static final MountFlags NONE = of();
  public static final MountFlags READ_ONLY = of("ro");

  public MountFlags {
    flags = Collections.unmodifiableSortedSet(new TreeSet<>(flags));
  }

  public static MountFlags of(String... flags) {
    return new MountFlags(new TreeSet<>(List.of(flags)));
  }

  public static MountFlags of(Collection<String> flags) {
    return new MountFlags(new TreeSet<>(flags));
  }

  public boolean readOnly() {
    return flags.contains("ro");
  }

  public MountFlags withReadOnly() {
    TreeSet<String> more = new TreeSet<>(flags);
    more.remove("rw");
    more.add("ro");
    return new MountFlags(more);
  }

  /// Returns why these flags cannot be used on this filesystem, naming the first that is refused; a
  /// directory volume is a bind mount and has no type.
  public Optional<String> refusedBy(Optional<FileSystemType> type) {
    Set<String> keys = new HashSet<>();
    for (String flag : flags) {
      if (!allowed(flag, type)) {
        return Optional.of(
            "mount flag \"%s\" is not allowed on %s"
                .formatted(
                    printable(flag), type.map(Object::toString).orElse("a directory volume")));
      }
      if (!keys.add(key(flag))) {
        return Optional.of("mount flag \"%s\" contradicts another flag".formatted(printable(flag)));
      }
    }
    return Optional.empty();
  }

  private static boolean allowed(String flag, Optional<FileSystemType> type) {
    Optional<KernelFlag> generic = KernelFlag.of(flag);
    return generic.isPresent()
        ? type.isPresent() || generic.get().perMount
        : type.isPresent() && FilesystemFlag.allowed(flag, type.get());
  }

  private static String key(String flag) {
    Optional<KernelFlag> generic = KernelFlag.of(flag);
    if (generic.isEmpty()) {
      return FilesystemFlag.key(flag);
    }
    return switch (generic.get()) {
      case RO, RW -> "ro";
      case NOATIME, RELATIME, STRICTATIME -> "atime";
      case NOSUID, NODEV, NOEXEC, SYNC, DIRSYNC, NODIRATIME, LAZYTIME -> flag;
    };
  }

  /// Returns a flag without its value, which may be a secret (CSI spec, mount_flags).
  private static String printable(String flag) {
    String key = flag.substring(0, flag.indexOf('=') + 1);
    String shown = (key.isEmpty() ? flag : key + "…").replaceAll("[^\\x20-\\x7e…]", "?");
    return shown.length() <= 64 ? shown : shown.substring(0, 64) + "…";
  }

  /// Returns the MS_* bits, always with MS_NODEV.
  long mountBits() {
    long bits = KernelFlag.NODEV.mountBit;
    for (String flag : flags) {
      bits |= KernelFlag.of(flag).map(known -> known.mountBit).orElse(0L);
    }
    return bits;
  }

  /// Returns the options for the filesystem itself.
  String data(FileSystemType type) {
    TreeSet<String> own = new TreeSet<>();
    FilesystemFlag.always(type).ifPresent(own::add);
    flags.stream().filter(flag -> FilesystemFlag.allowed(flag, type)).forEach(own::add);
    return String.join(",", own);
  }

  /// Returns what mount_setattr(2) switches on for a bind mount, without flags of the filesystem.
  long attributes() {
    long bits = 0;
    for (String flag : flags) {
      bits |= KernelFlag.of(flag).map(known -> known.attribute).orElse(0L);
    }
    return bits;
  }

  /// Whether an access-time mode is asked for.
  boolean setsAccessTime() {
    return flags.stream()
        .flatMap(f -> KernelFlag.of(f).stream())
        .anyMatch(KernelFlag::isAccessTime);
  }
}
