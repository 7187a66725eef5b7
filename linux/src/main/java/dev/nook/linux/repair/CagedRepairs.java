package dev.nook.linux.repair;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Processes;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Runs the host's e2fsck and xfs_repair in a cage.
public final class CagedRepairs implements FileSystemRepairs {
  private final Limits limits;

  public CagedRepairs() {
    this(Limits.USUAL);
  }

  CagedRepairs(Limits limits) {
    this.limits = limits;
  }

  @Override
  public Repair mend(Path image, FileSystemType type) throws IOException {
    return switch (type) {
      case EXT4 -> inCage(image, E2fsck::mend);
      case XFS -> inCage(image, XfsRepair::mend);
      case BTRFS -> throw new SystemCallException("repair", image.toString(), Errno.EOPNOTSUPP);
    };
  }

  private interface Checker {
    Repair mend(CagedImage image) throws IOException;
  }

  private Repair inCage(Path image, Checker checker) throws IOException {
    try (CagedImage caged = CagedImage.of(image, limits)) {
      return checker.mend(caged);
    } catch (Processes.TimedOut e) {
      String said = "it was not done after %d s".formatted(limits.time().toSeconds());
      return new Repair(Outcome.STOPPED, List.of(), said);
    }
  }
}
