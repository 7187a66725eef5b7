package dev.nook.store.pool;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What a pool writes into the records of what it makes: its name, ids with its tag, and the time.
public record Identity(PoolName pool, PoolTag tag, Clock clock) {
  public VolumeId volume(Name name) {
    return VolumeId.of(tag, name);
  }

  public SnapshotId snapshot(Name name) {
    return SnapshotId.of(tag, name);
  }

  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
