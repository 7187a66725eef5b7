package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.catchThrowable;

import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Provokes the conditions of docs/errors.md about existing volumes.
final class UseConditions {
  private final ErrorConditions conditions;

  private UseConditions(ErrorConditions conditions) {
    this.conditions = conditions;
  }

  static void addTo(ErrorConditions conditions) {
    var uses = new UseConditions(conditions);
    uses.ofVolumesInUse();
    uses.ofOtherDrivers();
    uses.ofDamage();
    uses.ofPaths();
  }

  private void ofVolumesInUse() {
    conditions.add(
        "deleting a volume that is attached or mounted, in whatever namespace",
        FakeKernel.Options.on(FileSystemType.BTRFS),
        rig -> {
          Wired attached = rig.create("attached", Kind.BLOCK).stage();
          Wired mounted = rig.create("mounted", Kind.DIRECTORY).stage();
          Wired elsewhere = rig.create("elsewhere", Kind.DIRECTORY).stage();
          rig.kernel.bindElsewhere(
              elsewhere.staging(), Files.createDirectory(rig.folder.resolve("elsewhere")));
          elsewhere.unstage();
          return List.of(attached::delete, mounted::delete, elsewhere::delete);
        });
    conditions.add(
        "unpublishing a path where somebody else's filesystem is mounted",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          Path theirs = Files.createDirectory(rig.folder.resolve("theirs"));
          rig.linux
              .mounts()
              .bind(theirs, Files.createDirectories(volume.target()), MountFlags.NONE);
          return List.of(volume::unpublish);
        });
  }

  private void ofOtherDrivers() {
    conditions.add(
        "staging or publishing where kubelet puts the mounts of another driver",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          Path target = targetOfAnotherDriver(rig);
          var capability = Kind.XFS.capability();
          return List.of(
              () -> rig.client().stage(volume.id(), target, capability),
              () -> rig.client().publish(volume.id(), volume.staging(), target, capability, false));
        });
    conditions.add(
        "unpublishing or unstaging there",
        rig -> {
          Path target = targetOfAnotherDriver(rig);
          return List.of(
              () -> rig.client().unpublish("made-up", target),
              () -> rig.client().unstage("made-up", target));
        });
  }

  private static Path targetOfAnotherDriver(FakeRig rig) throws IOException {
    Path folder =
        Files.createDirectories(rig.kubelet().resolve("pods/uid/volumes/kubernetes.io~csi/pv"));
    Files.writeString(folder.resolve("vol_data.json"), "{\"driverName\":\"ebs.csi.aws.com\"}");
    return Files.createDirectory(folder.resolve("mount"));
  }

  private void ofDamage() {
    conditions.add(
        "an image that is truncated, swapped, unreadable",
        rig -> {
          Wired truncated = rig.create("truncated", Kind.XFS);
          try (var image = new RandomAccessFile(home(truncated).image().toFile(), "rw")) {
            image.setLength(Kind.XFS.bytes() / 2);
          }
          Wired swapped = rig.create("swapped", Kind.XFS);
          Files.move(
              home(rig.create("other", Kind.XFS)).image(),
              home(swapped).image(),
              StandardCopyOption.REPLACE_EXISTING);
          Wired unreadable = rig.create("unreadable", Kind.XFS);
          rig.kernel.breakReads(home(unreadable).image());
          return List.of(truncated::stage, swapped::stage, unreadable::stage);
        });
    conditions.add(
        "a filesystem that is marked in error, of a class without `onDamage: mount`",
        rig -> {
          Wired marked = rig.create("marked", Kind.EXT4);
          rig.kernel.note(home(marked).image(), FakeKernel.Noted.MARK);
          Wired aborted = rig.create("aborted", Kind.EXT4);
          rig.kernel.note(home(aborted).image(), FakeKernel.Noted.DAMAGE);
          return List.of(marked::stage, aborted::stage);
        });
    conditions.add(
        "one that a check or the kernel refuses",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          rig.give(
              Interposed.before(
                  rig.linux,
                  Set.of("expandUnmounted"),
                  () -> {
                    throw new SystemCallException("e2fsck", "a damaged filesystem", Errno.EUCLEAN);
                  }));
          rig.restart();
          return List.of(volume::stage);
        });
    conditions.add(
        "a record that is damaged",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          Files.writeString(home(volume).meta(), "no record");
          rig.restart();
          return List.of(volume::stage, ErrorConditions.create(rig, ErrorConditions.asked(volume)));
        });
    conditions.add(
        "a degraded or closed pool",
        rig ->
            List.of(
                createAfter(rig, new Layout(rig.pool()).degraded()),
                createAfter(rig, new Layout(rig.pool()).format())));
  }

  private void ofPaths() {
    conditions.add(
        "ReadWriteOncePod on a second path",
        rig -> {
          Wired first = rig.create("v", Kind.XFS);
          Path second = Files.createDirectories(rig.kubelet().resolve("second")).resolve("target");
          var alone = ErrorConditions.in(Mode.SINGLE_NODE_SINGLE_WRITER);
          rig.client().publish(first.id(), first.staging(), first.target(), alone, false);
          return List.of(
              () -> rig.client().publish(first.id(), first.staging(), second, alone, false));
        });
    conditions.add(
        "a call at a path where one for another volume is at work",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          return List.of(() -> {
            var calls = Interleaved.over(rig.linux, "unmount"::equals);
            rig.give(calls.linux());
            rig.restart();
            var met = new CompletableFuture<Throwable>();
            calls.before(
                1,
                () ->
                    met.complete(
                        catchThrowable(() -> rig.client().unpublish("another", volume.target()))));
            volume.unpublish();
            throw met.join();
          });
        });
    conditions.add(
        "a capability that the volume cannot serve",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          return List.of(
              () -> rig.client().stage(volume.id(), volume.staging(), Kind.BLOCK.capability()));
        });
    conditions.add(
        "publishing at a path that shows this volume with other flags",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish(true);
          return List.of(volume::publish);
        });
    conditions.add(
        "statistics for a path where the volume is not, or is no longer",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage();
          return List.of(() -> rig.client().stats(volume.id(), volume.target()));
        });
  }

  /// Creates a volume in a pool that was found with nonsense in one of its files.
  private static ThrowingCallable createAfter(FakeRig rig, Path damaged) {
    return () -> {
      rig.stop();
      Files.writeString(damaged, "nonsense");
      rig.start();
      ErrorConditions.create(rig, ErrorConditions.asked("v")).call();
    };
  }

  private static Home home(Wired volume) {
    return new Layout(volume.rig().pool()).volume(new VolumeId(volume.id()));
  }
}
