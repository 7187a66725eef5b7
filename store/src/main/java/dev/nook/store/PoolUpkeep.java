package dev.nook.store;

import dev.nook.store.error.PoolHeld;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolSample;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Opens, keeps and releases this node's pools, for the threads that look after them: one for each
/// pool, which may wait for that pool's disk only.
///
/// The order is: [#lock], after which node calls are served; [#scan], after which all calls are;
/// [#sweep] of each pool from time to time; [#release].
public interface PoolUpkeep extends PoolStates {
  /// Takes the locks of a pool, mounts its image and reads its FORMAT. A pool that cannot be opened
  /// is closed, and its status says why; one that somebody else holds is waited for.
  void lock(PoolName pool, Duration patience) throws PoolHeld;

  /// Closes open pools of which one is a copy of another.
  void closeTwins();

  /// Reads every record of a pool, or closes it.
  List<Complaint> scan(PoolName pool);

  /// Makes calls wait for their own pool only from now on: a disk that hangs has been given its
  /// time.
  void awaitNoOther();

  /// Does the housekeeping of a pool, or tries again to open it if it is closed. Must not run twice
  /// at a time for one pool. Each step runs whatever the others threw.
  List<Complaint> sweep(PoolName pool);

  /// Confines subvolumes that pods create in a pool's volumes to the volumes' limits as soon as
  /// they appear, for this long or until interrupted. Needs a thread of its own.
  void watchNested(PoolName pool, Duration length) throws IOException, InterruptedException;

  /// Samples a pool as it is now, from its disk and the kernel.
  PoolSample sample(PoolName pool) throws IOException;

  /// Returns the entries that had another pool's tag when the pool was read; from memory.
  List<Path> foreign(PoolName pool);

  /// Releases the locks of a pool for good, at once, even if its disk hangs. What is mounted and
  /// attached stays.
  void release(PoolName pool);
}
