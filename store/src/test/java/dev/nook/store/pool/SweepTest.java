package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.swept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.Interposing;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.Complaint;
import dev.nook.store.id.Name;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails each step of a sweep, and demands that all others run in the same sweep.
class SweepTest implements Interposing {
  private static final Shape IMAGE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final Shape TREE = new Shape.Tree(true);

  enum Failure {
    IO,
    DEFECT,
    OVERFLOW
  }

  private interface Scene {
    VolumeStore store(Path folder) throws Exception;
  }

  @TempDir(factory = InMemory.class)
  Path root;

  private final List<String> calls = new ArrayList<>();
  private String failing = "none";
  private Failure failure = Failure.IO;

  @Override
  public void before(String call) throws SystemCallException {
    calls.add(call);
    if (call.matches(failing)) {
      switch (failure) {
        case IO -> throw new SystemCallException("failing", call, Errno.EIO);
        case DEFECT -> throw new IllegalStateException(call);
        case OVERFLOW -> throw new StackOverflowError(call);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachStepIsTakenWhateverAnotherThrows(Failure kind) throws Exception {
    failure = kind;
    everyStep(
        this::withATemplateAndNoVolume,
        "rename .*/staging/template.*",
        "stat .*/DEGRADED",
        "list .*/staging",
        "reclaim .*",
        "stat .*/reserve",
        "space .*");
    everyStep(
        this::withAnAllowanceAndAQuarantinedVolume,
        "stat .*/DEGRADED",
        "read .*/volumes/.*/meta.*",
        "list .*/staging",
        "reclaim .*",
        "quota .*/volumes/.*/data",
        "stat .*/reserve",
        "space .*");
  }

  private void everyStep(Scene scene, String... steps) throws Exception {
    for (String step : steps) {
      Path folder = Files.createTempDirectory(root, "ground");
      try (VolumeStore store = scene.store(folder)) {
        calls.clear();
        failing = step;
        List<Complaint> complaints = swept(store);
        failing = "none";

        for (String each : steps) {
          assertThat(calls)
              .as("%s beside a failing %s: %s", each, step, complaints)
              .anyMatch(call -> call.matches(each));
        }
        assertThat(swept(store)).as("the sweep after a failing %s", step).isEmpty();
      }
    }
  }

  private VolumeStore withATemplateAndNoVolume(Path folder) throws Exception {
    FakeGround ground = FakeGround.on(folder, FileSystemType.XFS, IMAGE);
    VolumeStore store = Driver.started(on(ground.linux()), ground.pool());
    store.delete(store.create(spec("pvc", IMAGE, 64 * MIB)).id());
    return store;
  }

  private VolumeStore withAnAllowanceAndAQuarantinedVolume(Path folder) throws Exception {
    FakeGround ground = FakeGround.on(folder, FileSystemType.BTRFS, TREE);
    Linux linux = ground.linux();
    VolumeId damaged;
    try (VolumeStore before = Driver.started(linux, ground.pool())) {
      damaged = before.create(spec("damaged", TREE, MIB)).id();
      VolumeId copied = before.create(spec("copied", TREE, MIB)).id();
      Path data = new Layout(ground.pool().path()).volume(copied).data();
      Files.write(ground.contentOf(data).resolve("file"), new byte[4096]);
      before.delete(before.snapshot(new Name("snap"), copied).id());
    }
    linux.disk().remove(new Layout(ground.pool().path()).volume(damaged).meta());
    return Driver.started(on(linux), ground.pool());
  }
}
