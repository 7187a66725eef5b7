package dev.nook.store.pool;

import dev.nook.store.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// One round of a pool's housekeeping: each step runs, whatever became of the others.
final class Sweep {
  interface Step {
    void run() throws StorageException, IOException;
  }

  private final BooleanSupplier goesOn;
  private final List<Complaint> complaints = new ArrayList<>();

  /// @param goesOn whether there is anything left to keep clean
  Sweep(BooleanSupplier goesOn) {
    this.goesOn = goesOn;
  }

  /// A stack that overflows is one step's, as an exception is; an error that says that the whole
  /// process is ill ends the round.
  Sweep then(String what, Step step) {
    if (!goesOn.getAsBoolean()) {
      return this;
    }
    try {
      step.run();
    } catch (StorageException | IOException | RuntimeException | StackOverflowError e) {
      complaints.add(new Complaint(what, e));
    }
    return this;
  }

  List<Complaint> complaints() {
    return List.copyOf(complaints);
  }
}
