package dev.nook.node.repair;

import dev.nook.linux.repair.Repair;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.volume.Snapshot;
import java.util.List;
import nook.v1.Nook;
import nook.v1.Nook.Findings;

/// Builds the replies about checks and repairs.
final class Replies {
  private Replies() {}

  static Nook.CheckVolumeResponse checked(Rehearsal rehearsal) {
    return Nook.CheckVolumeResponse.newBuilder().setFindings(findings(rehearsal)).build();
  }

  static Nook.RepairVolumeResponse repaired(Rehearsal rehearsal) {
    var reply = Nook.RepairVolumeResponse.newBuilder().setFindings(findings(rehearsal));
    rehearsal.kept().ifPresent(kept -> reply.setKept(kept(kept)));
    return reply.build();
  }

  static Nook.RestoreVolumeResponse restored(Snapshot kept) {
    return Nook.RestoreVolumeResponse.newBuilder().setKept(kept(kept)).build();
  }

  static Nook.ForgetVolumeResponse forgotten(List<Snapshot> kept) {
    return Nook.ForgetVolumeResponse.newBuilder()
        .addAllKept(kept.stream().map(Replies::kept).toList())
        .build();
  }

  private static Nook.Kept kept(Snapshot kept) {
    return Nook.Kept.newBuilder()
        .setSnapshotId(kept.id().text())
        .setChargedBytes(kept.chargedBytes())
        .build();
  }

  private static Findings findings(Rehearsal rehearsal) {
    Repair repair = rehearsal.repair();
    return Findings.newBuilder()
        .setOutcome(outcome(rehearsal))
        .addAllProblems(repair.problems().stream().map(Replies::problem).toList())
        .setOutput(repair.output())
        .build();
  }

  private static Findings.Outcome outcome(Rehearsal rehearsal) {
    if (rehearsal.well()) {
      return Findings.Outcome.WELL;
    }
    return switch (rehearsal.repair().outcome()) {
      case CLEAN, MENDED -> Findings.Outcome.HARMLESS;
      case MENDED_WITH_LOSS -> Findings.Outcome.MAY_LOSE;
      case BEYOND_REPAIR, LOG_DIRTY -> Findings.Outcome.BEYOND_REPAIR;
      case STOPPED -> Findings.Outcome.STOPPED;
    };
  }

  private static Nook.Problem problem(Repair.Problem problem) {
    return Nook.Problem.newBuilder()
        .setCode(problem.code())
        .setDescription(problem.description())
        .setMayLose(problem.mayLose())
        .build();
  }
}
