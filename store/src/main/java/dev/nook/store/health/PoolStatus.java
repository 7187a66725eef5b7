package dev.nook.store.health;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import java.nio.file.Path;
import java.util.Optional;

/// A pool as its keeper last saw it: built from memory alone, so that no reader of it ever waits
/// for a disk.
///
/// @param limits the most that `volumes` and `snapshots` may come to; an older pool may hold more
/// @param templateBytes what templates of new volumes hold; available all the same
public record PoolStatus(
    PoolName name,
    Path path,
    Optional<PoolTag> tag,
    Health health,
    Optional<FileSystemType> fileSystem,
    long sizeBytes,
    long chargedBytes,
    long availableBytes,
    long trashBytes,
    long templateBytes,
    int volumes,
    int snapshots,
    int quarantined,
    PoolLimits limits) {

  public sealed interface Health {
    record Starting() implements Health {}

    record Open() implements Health {}

    /// Refuses what writes, serves the rest.
    record Degraded(String why) implements Health {}

    /// Serves nothing but unmounting.
    record Closed(String why) implements Health {}
  }
}
