package dev.nook.store.host;

import dev.nook.store.error.StorageException;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.id.Name;
import dev.nook.store.id.StoredId;
import dev.nook.store.steps.Holds;
import java.io.IOException;
import java.util.Optional;

/// The names that calls give to new volumes, or to new snapshots, at the moment. A node has one of
/// a name, whichever of its pools are asked for it.
final class NewNames {
  private final Holds<Name> names = new Holds<>();
  private final String call;

  /// @param call the RPC that gives them
  NewNames(String call) {
    this.call = call;
  }

  /// Makes what a name is given to. Throws `OperationPending`, and makes nothing, while another
  /// call gives the same name.
  ///
  /// @param id returns the id that is pending then
  <T> T give(Name name, PoolRoot.Call<? extends StoredId> id, PoolRoot.Call<T> make)
      throws StorageException, IOException {
    Optional<Holds<Name>.Hold> held = names.tryTake(name);
    if (held.isEmpty()) {
      throw new StorageException.OperationPending(id.run(), call);
    }
    try (Holds<Name>.Hold _ = held.get()) {
      return make.run();
    }
  }
}
