package dev.nook.store.guard;

import dev.nook.store.error.StorageException;
import java.io.IOException;

/// Runs the calls of one pool, only while its paths show it, and says what their failures mean. A
/// full disk becomes a [StorageException.Exhausted] here, and an I/O error while writing degrades
/// the pool.
public record Guard(PoolRoot root, Health health, Failures failures) {
  /// Runs a call that reads.
  public <T> T here(PoolRoot.Call<T> call) throws StorageException, IOException {
    return root.reading(call);
  }

  /// Of a call that reads one volume.
  public <T> T ofVolume(PoolRoot.Call<T> call) throws StorageException, IOException {
    return root.readingVolumes(call);
  }

  /// Runs a call that writes, and needs so many bytes at most.
  public <T> T making(long neededBytes, PoolRoot.Call<T> call)
      throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      throw failures.met(e, neededBytes);
    }
  }

  /// Runs a call that writes and needs no space.
  public <T> T changing(PoolRoot.Call<T> call) throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      health.met(e);
      throw e;
    }
  }

  /// Refuses calls that write after an I/O error, with `NotReady`.
  public void requireWritable() throws StorageException {
    health.requireWritable();
  }
}
