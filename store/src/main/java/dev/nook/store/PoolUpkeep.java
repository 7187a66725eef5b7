package dev.nook.store;

import dev.nook.store.error.PoolHeld;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolSample;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The life of this node's pools: what the threads that look after them do, one for each pool,
/// which may wait for its disk and for no other.
///
/// In this order: [#lock], after which node calls are served; [#scan], after which all are;
/// [#sweep] of each pool now and then; [#release].
public interface PoolUpkeep extends PoolStates {
  /// Takes the locks of a pool, mounts its image and reads its FORMAT. A pool that cannot be had is
  /// closed, and its status says why; one that somebody else holds is waited for.
  void lock(PoolName pool, Duration patience) throws PoolHeld;

  /// Closes those of the pools entered by now of which one is a copy of another.
  void closeTwins();

  /// Reads every record of a pool, or closes it.
  List<Complaint> scan(PoolName pool);

  /// From now on no call waits for any other pool than its own to be read: a disk that hangs, or
  /// takes long, has been given its time.
  void awaitNoOther();

  /// Housekeeping of a pool: empties its trash, or tries it again if it is closed. Never two at a
  /// time for one pool. Each step runs whatever the others threw.
  List<Complaint> sweep(PoolName pool);

  /// Holds what pods nest in the volumes of a pool to the sizes of those as soon as it is made, for
  /// so long, or until interrupted; on a thread of its own.
  void watchNested(PoolName pool, Duration length) throws IOException, InterruptedException;

  /// One pool as it is now, as its disk and the kernel say.
  PoolSample sample(PoolName pool) throws IOException;

  /// What bore another pool's tag when a pool was read; from memory alone.
  List<Path> foreign(PoolName pool);

  /// Drops the locks of a pool for good, at once, whatever its disk keeps others waiting for. What
  /// is mounted and attached stays.
  void release(PoolName pool);
}
