package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Connection;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fault.Interleaved;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import nook.v1.Nook.CheckVolumeRequest;
import nook.v1.Nook.RepairVolumeRequest;
import nook.v1.Nook.RestoreVolumeRequest;
import nook.v1.VolumesGrpc;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Provokes the conditions of docs/errors.md about checks and repairs.
final class RepairConditions {
  private final ErrorConditions conditions;

  private RepairConditions(ErrorConditions conditions) {
    this.conditions = conditions;
  }

  static void addTo(ErrorConditions conditions) {
    var repairs = new RepairConditions(conditions);
    repairs.ofVolumes();
    repairs.ofPools();
    repairs.ofRepairsUnderWay();
  }

  private void ofVolumes() {
    conditions.add(
        "a check or repair of a volume in use",
        rig -> {
          Wired volume = rig.create("v", Kind.EXT4).stage();
          return List.of(check(rig, volume), repair(rig, volume));
        });
    conditions.add(
        "a check or repair of raw block or of a directory",
        FakeKernel.Options.on(FileSystemType.BTRFS),
        rig ->
            List.of(
                check(rig, rig.create("block", Kind.BLOCK)),
                check(rig, rig.create("directory", Kind.DIRECTORY))));
    conditions.add(
        "what a volume was before a repair, where nothing is kept of it",
        rig -> {
          Wired volume = rig.create("v", Kind.EXT4);
          return List.of(
              asked(
                  rig,
                  driver ->
                      driver.restoreVolume(
                          RestoreVolumeRequest.newBuilder().setVolumeId(volume.id()).build())));
        });
  }

  private void ofPools() {
    conditions.add(
        "a check or repair in a pool whose filesystem cannot share blocks",
        FakeKernel.Options.on(FileSystemType.EXT4),
        rig -> List.of(check(rig, rig.create("v", Kind.EXT4))));
    conditions.add(
        "a check or repair that the pool has too little space for",
        rig -> {
          Wired volume = rig.create("v", Kind.EXT4);
          rig.kernel.leaveAvailable(0);
          return List.of(check(rig, volume));
        });
  }

  private void ofRepairsUnderWay() {
    conditions.add(
        "any call for a volume that is checked or repaired, or a check of another volume of its pool",
        rig -> {
          Wired other = rig.create("other", Kind.EXT4);
          Wired volume = rig.create("v", Kind.EXT4);
          return List.of(
              during(rig, volume, volume::stage),
              during(rig, volume, volume::delete),
              during(rig, volume, repair(rig, volume)),
              during(rig, volume, check(rig, other)));
        });
  }

  /// Makes a call while a check of a volume is at its work.
  private static ThrowingCallable during(FakeRig rig, Wired volume, ThrowingCallable call) {
    return () -> {
      var calls = Interleaved.over(rig.linux, "mend"::equals);
      rig.give(calls.linux());
      rig.restart();
      var met = new CompletableFuture<Throwable>();
      calls.before(1, () -> met.complete(catchThrowable(call)));
      check(rig, volume).call();
      throw met.join();
    };
  }

  private static ThrowingCallable check(FakeRig rig, Wired volume) {
    return asked(
        rig,
        driver ->
            driver.checkVolume(CheckVolumeRequest.newBuilder().setVolumeId(volume.id()).build()));
  }

  private static ThrowingCallable repair(FakeRig rig, Wired volume) {
    return asked(
        rig,
        driver ->
            driver.repairVolume(RepairVolumeRequest.newBuilder().setVolumeId(volume.id()).build()));
  }

  private static ThrowingCallable asked(
      FakeRig rig, Consumer<VolumesGrpc.VolumesBlockingStub> call) {
    return () -> {
      try (var driver = new Connection(rig.config().endpoint().socket())) {
        call.accept(VolumesGrpc.newBlockingStub(driver.channel()));
      }
    };
  }
}
