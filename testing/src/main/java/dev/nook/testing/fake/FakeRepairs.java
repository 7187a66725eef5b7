package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.repair.FileSystemRepairs;
import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import dev.nook.linux.syscall.Errno;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Checks filesystems that are a [Marker] in an image: finds the damage that a test has done
/// ([FakeKernel#damage]), and removes it and every note of an error.
final class FakeRepairs implements FileSystemRepairs {
  private final FakeKernel kernel;

  FakeRepairs(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Repair mend(Path image, FileSystemType type) throws IOException {
    Place place = kernel.table.noFollow(image).mustExist("open").mustNotBeALink("open");
    if (type == FileSystemType.BTRFS) {
      throw place.refused("repair", Errno.EOPNOTSUPP);
    }
    if (place.isDirectory() || place.isBlockDevice()) {
      throw place.refused("open", place.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
    }
    place.mustBeWritable("open");
    long inode = place.inode();
    if (kernel.loops.values().stream().anyMatch(loop -> loop.shows(place.superblock(), inode))) {
      throw place.refused("repair", Errno.EBUSY);
    }
    if (kernel.isBroken(inode)) {
      throw place.refused("read", Errno.EIO);
    }
    Optional<Marker> marker = Marker.read(place.real()).filter(found -> found.type() == type);
    if (marker.isEmpty()) {
      return new Repair(Outcome.BEYOND_REPAIR, List.of(), "no " + type + " was found");
    }
    return mend(place, marker.get());
  }

  private static Repair mend(Place place, Marker marker) throws IOException {
    if (marker.type() == FileSystemType.XFS && marker.dirty()) {
      return new Repair(Outcome.LOG_DIRTY, List.of(), "the log must be replayed");
    }
    Repair repair = of(marker.damage());
    if (repair.outcome().isSound()) {
      marker.withDirty(false).withNoted(Noted.NOTHING).withDamage(Damage.NONE).write(place.real());
    }
    return repair;
  }

  private static Repair of(Damage damage) {
    return switch (damage) {
      case NONE -> new Repair(Outcome.CLEAN, List.of(), "no problem");
      case COUNTS ->
          new Repair(
              Outcome.MENDED,
              List.of(new Problem("0x050003", "Free blocks count was wrong", false)),
              "mended");
      case FILES ->
          new Repair(
              Outcome.MENDED_WITH_LOSS,
              List.of(
                  new Problem("0x050003", "Free blocks count was wrong", false),
                  new Problem("0x02000d", "An entry names an inode that is not in use", true)),
              "mended");
      case HOPELESS ->
          new Repair(
              Outcome.BEYOND_REPAIR,
              List.of(new Problem("0x000001", "The superblock is corrupt", true)),
              "gave up");
      case ENDLESS -> new Repair(Outcome.STOPPED, List.of(), "killed after its time");
    };
  }
}
