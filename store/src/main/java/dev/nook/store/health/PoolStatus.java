package dev.nook.store.health;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import java.nio.file.Path;
import java.util.Optional;

/// A pool's state in memory, so that reading it does not wait for a disk.
///
/// @param limits the limits of `volumes` and `snapshots`, which an older pool may exceed
/// @param templateBytes what templates of new volumes hold, which counts as available
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

    /// Refuses creates and expansions; serves everything else.
    record Degraded(String why) implements Health {}

    /// Serves unmounting only.
    record Closed(String why) implements Health {}
  }
}
