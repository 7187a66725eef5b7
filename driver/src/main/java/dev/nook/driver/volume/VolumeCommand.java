package dev.nook.driver.volume;

import dev.nook.driver.cli.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import nook.v1.Nook;
import nook.v1.Nook.Findings.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The commands for the filesystem of a volume.
@Command(
    name = "volume",
    description = {
      "Check, repair and restore the filesystem of a volume that no pod uses.",
      "The driver of this node does the work, so it must be running; no --pool is needed."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      VolumeCommand.Check.class,
      VolumeCommand.Repair.class,
      VolumeCommand.Restore.class,
      VolumeCommand.Forget.class
    })
public final class VolumeCommand {
  @Command(
      name = "check",
      description = {
        "Try a repair on a copy and say what it would do; the volume stays unchanged.",
        "It must not be in use, and its pool must have reflinks (XFS or btrfs)."
      },
      footer = {
        "",
        "Exit codes: 0 it is sound, or a repair costs nothing;",
        "1 a repair may cost files, cannot be made, or was refused;",
        "71 no driver answers."
      })
  static final class Check implements Callable<Integer> {
    @Mixin private ServedVolume volume = new ServedVolume();

    @Override
    public Integer call() throws IOException {
      var request = Nook.CheckVolumeRequest.newBuilder().setVolumeId(volume.id()).build();
      var findings = volume.ask(driver -> driver.checkVolume(request)).getFindings();
      new Report(volume.out()).print(findings);
      return switch (findings.getOutcome()) {
        case WELL -> Exit.OK;
        case HARMLESS -> next("nook volume repair " + volume.id(), Exit.OK);
        case MAY_LOSE ->
            next("a snapshot or a backup, or nook volume repair --yes " + volume.id(), Exit.FAILED);
        default -> next("a snapshot or a backup", Exit.FAILED);
      };
    }

    private int next(String what, int exit) {
      volume.out().println("Next: " + what);
      volume.out().flush();
      return exit;
    }
  }

  @Command(
      name = "repair",
      description = {
        "Repair a copy and make it the volume, if that costs nothing or with --yes.",
        "What the volume was is kept as a snapshot and charged to its pool until",
        "nook volume forget or until the volume is deleted;",
        "nook volumes --snapshots shows it."
      },
      footer = {
        "",
        "Exit codes: 0 it is sound, or repaired; 1 it is unchanged, because",
        "a repair may cost files, cannot be made, or was refused;",
        "71 no driver answers."
      })
  static final class Repair implements Callable<Integer> {
    @Mixin private ServedVolume volume = new ServedVolume();

    @Option(names = "--yes", description = "Repair it even if that may cost files.")
    private boolean yes;

    @Override
    public Integer call() throws IOException {
      var request =
          Nook.RepairVolumeRequest.newBuilder().setVolumeId(volume.id()).setMayLose(yes).build();
      var reply = volume.ask(driver -> driver.repairVolume(request));
      new Report(volume.out()).print(reply.getFindings());
      Outcome outcome = reply.getFindings().getOutcome();
      volume.out().println(done(reply, outcome));
      volume.out().flush();
      return reply.hasKept() || outcome == Outcome.WELL ? Exit.OK : Exit.FAILED;
    }

    private String done(Nook.RepairVolumeResponse reply, Outcome outcome) {
      if (reply.hasKept()) {
        return "Repaired. What it was is kept as %s: nook volume restore %s brings it back, nook volume forget %s frees its space."
            .formatted(Report.of(reply.getKept()), volume.id(), volume.id());
      }
      return outcome == Outcome.MAY_LOSE
          ? "Nothing was changed; --yes repairs it anyway."
          : "Nothing was changed.";
    }
  }

  @Command(
      name = "restore",
      description = {
        "Bring back what a volume was before its repair, and keep what it is now.",
        "What was written since the repair is kept; another restore brings it back."
      })
  static final class Restore implements Callable<Integer> {
    @Mixin private ServedVolume volume = new ServedVolume();

    @Option(
        names = "--snapshot",
        paramLabel = "ID",
        defaultValue = "",
        description = "The kept snapshot to bring back (default: the latest).")
    private String snapshot = "";

    @Override
    public Integer call() throws IOException {
      var request =
          Nook.RestoreVolumeRequest.newBuilder()
              .setVolumeId(volume.id())
              .setSnapshotId(snapshot)
              .build();
      var reply = volume.ask(driver -> driver.restoreVolume(request));
      volume
          .out()
          .println(
              "Restored. What it was until now is kept as %s."
                  .formatted(Report.of(reply.getKept())));
      volume.out().flush();
      return Exit.OK;
    }
  }

  @Command(
      name = "forget",
      description = {
        "Delete for good what repairs and restores of a volume have kept.",
        "The volume itself stays unchanged."
      })
  static final class Forget implements Callable<Integer> {
    @Mixin private ServedVolume volume = new ServedVolume();

    @Override
    public Integer call() throws IOException {
      var request = Nook.ForgetVolumeRequest.newBuilder().setVolumeId(volume.id()).build();
      List<Nook.Kept> kept = volume.ask(driver -> driver.forgetVolume(request)).getKeptList();
      PrintWriter out = volume.out();
      kept.forEach(each -> out.println("Deleted " + Report.of(each) + "."));
      if (kept.isEmpty()) {
        out.println("Nothing is kept of this volume.");
      }
      out.flush();
      return Exit.OK;
    }
  }
}
