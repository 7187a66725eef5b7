package dev.nook.store.pool;

import dev.nook.store.guard.Guard;
import dev.nook.store.health.Complaint;
import dev.nook.store.space.Space;
import dev.nook.store.steps.Sweep;
import dev.nook.store.trash.Templates;
import dev.nook.store.trash.Trash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Does the housekeeping of one pool, beginning with reading it.
public final class Housekeeping {
  private final Guard guard;
  private final Recovery recovery;
  private final Trash trash;
  private final Templates templates;
  private final Confinement confinement;
  private final KeptImages keptImages;
  private final Space space;

  public Housekeeping(
      Guard guard,
      Recovery recovery,
      Trash trash,
      Templates templates,
      Confinement confinement,
      KeptImages keptImages,
      Space space) {
    this.guard = guard;
    this.recovery = recovery;
    this.trash = trash;
    this.templates = templates;
    this.confinement = confinement;
    this.keptImages = keptImages;
    this.space = space;
  }

  /// Reads what is in the pool; the ledger is complete when this returns.
  public void scan() throws IOException {
    guard.root().compare();
    guard.health().check();
    try {
      recovery.run(trash, !isDegraded());
    } catch (IOException e) {
      guard.health().met(e);
      if (!isDegraded()) {
        throw e;
      }
      recovery.run(trash, false);
    }
    guard.root().compare();
  }

  /// Returns the entries that bore another pool's tag when the pool was read.
  public List<Path> foreign() {
    return recovery.foreign();
  }

  private boolean isDegraded() {
    return guard.health().degraded().isPresent();
  }

  /// Does what can wait: empties the trash, reads again what was quarantined, takes the reserve.
  public List<Complaint> sweep() {
    List<Complaint> complaints =
        new Sweep(() -> guard.root().lost().isEmpty())
            .then("checking the pool's place", guard.root()::compare)
            .then("removing templates", () -> templates.tidy(isDegraded()))
            .then("looking for the mark of an I/O error", guard.health()::check)
            .then("reading quarantined records", unlessDegraded(recovery::retry))
            .then("confining nested subvolumes", confinement::look)
            .then("deleting what was kept of deleted volumes", keptImages::dropOrphans)
            .then("emptying the trash", trash::empty)
            .then("reclaiming the space of what was removed", trash::reclaim)
            .then("settling quota limits", () -> space.limits().settle(trash::keepsCopies))
            .then("taking the reserve", unlessDegraded(trash::takeReserve))
            .then("asking for the free space", space.ledger()::ask)
            .complaints();
    return guard.root().lost().isEmpty() ? complaints : List.of(); // Its status says why.
  }

  private Sweep.Step unlessDegraded(Sweep.Step step) {
    return () -> {
      if (!isDegraded()) {
        guard.root().compare();
        step.run();
      }
    };
  }

  /// Confines the subvolumes that pods make in volumes, as soon as they are made, for so long.
  public void watchNested(Duration length) throws IOException, InterruptedException {
    if (guard.root().lost().isEmpty()) {
      confinement.watch(length);
    } else {
      Thread.sleep(length);
    }
  }
}
