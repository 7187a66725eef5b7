package dev.nook.store.pool;

import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolTag;
import dev.nook.store.SnapshotId;
import dev.nook.store.VolumeId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What a pool writes into the records of what it makes.
record Identity(PoolName pool, PoolTag tag, Clock clock) {
  VolumeId volume(Name name) {
    return VolumeId.of(tag, name);
  }

  SnapshotId snapshot(Name name) {
    return SnapshotId.of(tag, name);
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
