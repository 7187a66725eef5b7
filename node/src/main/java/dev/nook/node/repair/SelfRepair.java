package dev.nook.node.repair;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Problem;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repairs volumes whose class asks for it, one at a time per pool, after the call that met the
/// damage has ended: at its next attempt the CO finds the volume repaired, or is told why it is
/// not.
///
/// It repairs only ext4, whose checker logs what it mends, and only where that is nothing but
/// orphans and counts.
public final class SelfRepair {
  private static final Logger LOG = LoggerFactory.getLogger(SelfRepair.class);

  /// The most problems in a message of a pod; a check lists them all.
  private static final int TOLD = 3;

  /// The most volumes whose refusal is remembered.
  private static final int MOST = 1000;

  /// Runs work later, one after the other for each pool.
  @FunctionalInterface
  public interface Background {
    void run(PoolTag pool, Runnable work);
  }

  /// Why a volume was not repaired.
  ///
  /// @param last whether another try would end the same
  private record Refusal(String why, boolean last) {}

  private final Mender mender;
  private final Background background;
  private final Set<VolumeId> asked = ConcurrentHashMap.newKeySet();
  private final Map<VolumeId, Refusal> refusals = new ConcurrentHashMap<>();

  public SelfRepair(Mender mender, Background background) {
    this.mender = mender;
    this.background = background;
  }

  /// Schedules the repair of a damaged volume, unless that was tried in vain, and returns a
  /// sentence about it for the message.
  public String ask(VolumeId id, FileSystemType type) {
    if (type != FileSystemType.EXT4 || id.tag().isEmpty()) {
      return "a damaged %s is not repaired automatically".formatted(type);
    }
    Refusal refusal = refusals.get(id);
    if (refusal != null && refusal.last()) {
      return "it was not repaired automatically: " + refusal.why();
    }
    if (asked.add(id)) {
      background.run(id.tag().get(), () -> attempt(id));
    }
    return refusal == null
        ? "a repair that costs nothing is tried now; retry"
        : "a repair is tried once more, retry; the last one failed: " + refusal.why();
  }

  /// Takes note that a volume is well, whoever has mended it.
  public void isWell(VolumeId id) {
    refusals.remove(id);
  }

  private void attempt(VolumeId id) {
    try {
      note(id, mender.repair(new RepairByItself(id)));
    } catch (StorageException e) {
      LOG.atWarn().addKeyValue("volume", id).log("not repaired automatically: {}", e.getMessage());
      refuse(id, new Refusal(String.valueOf(e.getMessage()), false));
    } catch (IOException | RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("volume", id).log("not repaired automatically");
      refuse(id, new Refusal("this node failed; see the driver's log", false));
    } finally {
      asked.remove(id);
    }
  }

  private void note(VolumeId id, Rehearsal rehearsal) {
    if (rehearsal.kept().isPresent()) {
      LOG.atWarn()
          .addKeyValue("volume", id)
          .addKeyValue("kept", rehearsal.kept().get().id())
          .addKeyValue("problems", rehearsal.repair().problems())
          .log("repaired, as its class says; what it was is kept");
      refusals.remove(id);
      return;
    }
    String why = rehearsal.well() ? "its checker finds nothing wrong" : words(rehearsal.repair());
    LOG.atWarn().addKeyValue("volume", id).log("not repaired automatically: {}", why);
    refuse(id, new Refusal(why, true));
  }

  private void refuse(VolumeId id, Refusal refusal) {
    if (refusals.size() < MOST) {
      refusals.put(id, refusal);
    }
  }

  private static String words(Repair repair) {
    return switch (repair.outcome()) {
      case CLEAN, MENDED, MENDED_WITH_LOSS -> {
        List<Problem> losses = repair.losses();
        yield "a repair may cost files: %s (%d such problem%s)"
            .formatted(
                losses.stream()
                    .limit(TOLD)
                    .map(Problem::description)
                    .collect(Collectors.joining("; ")),
                losses.size(),
                losses.size() == 1 ? "" : "s");
      }
      case BEYOND_REPAIR, LOG_DIRTY -> "its checker cannot mend it";
      case STOPPED -> "its checker took too much time or memory";
    };
  }
}
