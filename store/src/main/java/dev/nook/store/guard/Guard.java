package dev.nook.store.guard;

import dev.nook.store.error.StorageException;
import java.io.IOException;

/// Runs what is done in one pool: only in its own place, and with what fails told apart. A full
/// disk becomes a [StorageException.Exhausted] here, and an I/O error while writing makes the pool
/// degraded.
public record Guard(PoolRoot root, Health health, Failures failures) {
  /// Of a call that reads.
  public <T> T here(PoolRoot.Call<T> call) throws StorageException, IOException {
    return root.here(call);
  }

  /// Of a call that writes, and needs this much room at most.
  public <T> T making(long neededBytes, PoolRoot.Call<T> call)
      throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      throw failures.met(e, neededBytes);
    }
  }

  /// Of a call that writes and needs no room.
  public <T> T changing(PoolRoot.Call<T> call) throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      health.met(e);
      throw e;
    }
  }

  /// `NotReady` after an I/O error.
  public void requireWritable() throws StorageException {
    health.requireWritable();
  }
}
