package dev.nook.store.steps;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// One round of a pool's housekeeping: each step runs, whatever the others threw.
public final class Sweep {
  public interface Step {
    void run() throws StorageException, IOException;
  }

  private final BooleanSupplier goesOn;
  private final List<Complaint> complaints = new ArrayList<>();

  /// @param goesOn whether the round should go on
  public Sweep(BooleanSupplier goesOn) {
    this.goesOn = goesOn;
  }

  /// Runs a step, and keeps what it throws. A stack that overflows is the failure of one step, as
  /// an exception is; any other error concerns the whole process, and ends the round.
  public Sweep then(String what, Step step) {
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

  public List<Complaint> complaints() {
    return List.copyOf(complaints);
  }
}
