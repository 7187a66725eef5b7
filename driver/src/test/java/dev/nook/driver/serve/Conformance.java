package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.error.PoolHeld;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests through the socket what a container orchestrator may rely on and csi-sanity does not
/// check: what was written is read back, the size is enforced, and the filesystem is the requested
/// one.
abstract class Conformance extends WireContract {
  private static final String TEXT = "what the pod wrote";

  @ParameterizedTest
  @EnumSource
  void aVolumeLivesFromCreateToDelete(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind);
      assertThat(volume.made().getCapacityBytes()).isEqualTo(kind.bytes());
      assertThat(rig.listed()).containsExactly(volume.id());

      volume.stage().publish().write(TEXT);
      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      assertThat(volume.totalBytes()).isBetween(kind.bytes() * 8 / 10, kind.bytes());

      volume.unpublish().unstage().delete();
      assertThat(rig.listed()).isEmpty();
      assertThat(volume.target()).doesNotExist();
      assertThat(volume.staging()).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCallMayBeRepeated(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind);

      assertThat(rig.create("v", kind).made()).isEqualTo(volume.made());
      volume.stage().stage().publish().publish();
      assertThat(rig.linux.mounts().at(volume.target())).hasSize(1);
      assertThat(rig.linux.mounts().at(volume.staging())).hasSize(kind.files() ? 1 : 0);
      if (growsNow(rig, kind)) {
        assertThat(volume.expand()).isEqualTo(volume.expand()).isEqualTo(kind.moreBytes());
      }
      volume.unpublish().unpublish().unstage().unstage();
      volume.delete();
      volume.delete();

      assertThat(rig.listed()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIsReadAfterTheDriverRestarts(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write(TEXT);

      rig.restart();
      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      volume.unpublish().unstage();
      rig.restart();
      volume.stage().publish();
      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);

      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterARebootPublishWorksWithoutStage(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write(TEXT);

      rig.reboot();
      assertThat(rig.linux.mounts().at(volume.target())).isEmpty();
      volume.publish();

      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      volume.unpublish().unstage().delete();
    }
  }

  /// The calls that kubelet makes for a running pod, and then for the one that follows it.
  @ParameterizedTest
  @EnumSource
  void anExpansionThatDoesNotFitLetsTheNextPodStart(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write(TEXT);
      ThrowingCallable expand =
          () -> rig.client().expand(volume.id(), volume.target(), volume.staging(), 1L << 50);
      assertCode(Status.Code.OUT_OF_RANGE, expand);
      assertCode(Status.Code.OUT_OF_RANGE, expand);

      volume.unpublish().unstage().stage().publish();
      assertCode(Status.Code.OUT_OF_RANGE, expand);
      volume.publish();
      assertCode(Status.Code.FAILED_PRECONDITION, expand);

      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      if (growsNow(rig, kind)) {
        assertThat(volume.expand()).isEqualTo(kind.moreBytes());
      }
      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void expansionKeepsTheDataAndShowsTheNewSize(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write(TEXT);
      long before = volume.totalBytes();

      if (growsNow(rig, kind)) {
        assertThat(volume.expand()).isEqualTo(kind.moreBytes());
      } else {
        assertCode(Status.Code.FAILED_PRECONDITION, volume::expand);
        volume.unpublish().unstage().stage().publish();
      }

      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      assertThat(volume.totalBytes()).isGreaterThan(before + (kind.moreBytes() - kind.bytes()) / 2);
      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFilesystemAskedForIsTheOneMounted(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();

      assertThat(rig.linux.mounts().at(volume.target()))
          .singleElement()
          .extracting(Mounts.Entry::fsType)
          .isEqualTo(kind.mountedAs());

      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BLOCK")
  void aReadOnlyPublishIsMountedReadOnlyAndAnotherOneIsNot(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish(true);

      assertThat(rig.linux.mounts().at(volume.target()).getLast().readOnly()).isTrue();
      assertThat(rig.linux.mounts().at(volume.staging()).getLast().readOnly()).isFalse();
      assertCode(Status.Code.ALREADY_EXISTS, volume::publish);

      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeInUseIsNotDeleted(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage();
      assertCode(Status.Code.FAILED_PRECONDITION, volume::delete);
      volume.publish().write(TEXT);
      assertCode(Status.Code.FAILED_PRECONDITION, volume::delete);

      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sixtyFourStagesAtOnceGiveOneDeviceAndOneMount(Kind kind)
      throws IOException, InterruptedException, PoolHeld {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind);

      Queue<Status.Code> refused = new ConcurrentLinkedQueue<>();
      try (ExecutorService callers = Executors.newFixedThreadPool(64)) {
        for (int i = 0; i < 64; i++) {
          callers.execute(() -> {
            try {
              volume.stage();
            } catch (StatusRuntimeException e) {
              refused.add(e.getStatus().getCode());
            }
          });
        }
      }

      assertThat(refused).isEmpty(); // Equal calls share one result.
      assertThat(rig.linux.mounts().at(volume.staging())).hasSize(kind.files() ? 1 : 0);
      assertThat(rig.linux.loops().all())
          .filteredOn(loop -> loop.label().equals(volume.id()))
          .hasSize(kind == Kind.DIRECTORY ? 0 : 1);
      volume.unstage().delete();
    }
  }

  @Test
  void aRequestThatCannotBeMetSaysWhoseTurnItIs() throws Exception {
    try (Rig rig = started(Kind.XFS)) {
      CsiClient client = rig.client();
      Wired volume = rig.create("v", Kind.XFS);
      var capability = Kind.XFS.capability();

      assertCode(
          Status.Code.INVALID_ARGUMENT, () -> client.create("", 1 << 30, capability, Map.of()));
      assertCode(
          Status.Code.INVALID_ARGUMENT,
          () -> client.create("w", 1 << 30, capability, Map.of("colour", "red")));
      assertCode(
          Status.Code.ALREADY_EXISTS, () -> client.create("v", 1 << 30, capability, Map.of()));
      assertCode(
          Status.Code.RESOURCE_EXHAUSTED,
          () -> client.create("w", 1 << 30, capability, Map.of("pool", "elsewhere")));
      assertCode(
          Status.Code.RESOURCE_EXHAUSTED, () -> client.create("w", 1L << 50, capability, Map.of()));
      assertCode(
          Status.Code.NOT_FOUND,
          () -> client.stage("no-such-volume", volume.staging(), capability));
      assertCode(Status.Code.NOT_FOUND, () -> client.stats("no-such-volume", volume.target()));
      assertCode(
          Status.Code.FAILED_PRECONDITION,
          () -> client.stage(volume.id(), volume.staging(), Kind.BLOCK.capability()));
      volume.stage().publish();
      assertCode(
          Status.Code.OUT_OF_RANGE,
          () -> client.expand(volume.id(), volume.target(), volume.staging(), 1L << 50));
      assertCode(
          Status.Code.ABORTED,
          () ->
              client
                  .controller()
                  .listVolumes(
                      Csi.ListVolumesRequest.newBuilder().setStartingToken("forged").build()));
      assertCode(
          Status.Code.UNIMPLEMENTED,
          () ->
              client
                  .controller()
                  .controllerModifyVolume(Csi.ControllerModifyVolumeRequest.getDefaultInstance()));

      client.delete("no-such-volume");
      client.unpublish("no-such-volume", volume.staging().resolve("nothing"));
      volume.unpublish().unstage().delete();
    }
  }

  @Test
  void pagesShowEveryOtherVolumeOnceWhileSomeAreDeleted() throws Exception {
    try (Rig rig = started(Kind.BLOCK)) {
      Set<String> kept = new HashSet<>();
      for (int i = 0; i < 9; i++) {
        kept.add(rig.create("v" + i, Kind.BLOCK).id());
      }

      List<String> seen = new ArrayList<>();
      String token = "";
      do {
        var page =
            rig.client()
                .controller()
                .listVolumes(
                    Csi.ListVolumesRequest.newBuilder()
                        .setMaxEntries(2)
                        .setStartingToken(token)
                        .build());
        page.getEntriesList().forEach(entry -> seen.add(entry.getVolume().getVolumeId()));
        String last = seen.getLast();
        rig.client().delete(last);
        token = page.getNextToken();
      } while (!token.isEmpty());

      assertThat(seen).containsExactlyInAnyOrderElementsOf(kept);
      kept.forEach(rig.client()::delete);
    }
  }

  @Test
  void aMountOfSomebodyElseIsNotTouched() throws Exception {
    try (Rig rig = started(Kind.XFS)) {
      Wired volume = rig.create("v", Kind.XFS);
      Path theirs = Files.createDirectories(rig.folder.resolve("theirs"));
      Path target = Files.createDirectories(volume.target());
      rig.linux.mounts().bind(theirs, target, MountFlags.NONE);

      assertCode(Status.Code.FAILED_PRECONDITION, volume::unpublish);

      assertThat(rig.linux.mounts().at(target)).hasSize(1);
      rig.linux.mounts().unmount(target);
      volume.unpublish().delete();
    }
  }

  private static boolean growsNow(Rig rig, Kind kind) throws Exception {
    return kind != Kind.EXT4 || rig.growsExt4Online();
  }

  static void assertCode(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).as(refused.getMessage()).isEqualTo(code));
  }
}
