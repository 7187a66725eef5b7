package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.health.Complaint;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.opening.Entrance;
import dev.nook.store.record.Format;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Patience;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Faults;
import dev.nook.testing.fault.Interleaved;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cuts snapshots of two volumes in use together.
class CutGroupTest {
  private static final long BYTES = 64 * MIB;

  enum Kind {
    IMAGE(FileSystemType.XFS, new Shape.Raw(Shape.Provisioning.THIN), "Disk.reflink"),
    SUBVOLUME(FileSystemType.BTRFS, new Shape.Tree(true), "Subvolumes.snapshot");

    final FileSystemType host;
    final Shape shape;
    final String cut;

    Kind(FileSystemType host, Shape shape, String cut) {
      this.host = host;
      this.shape = shape;
      this.cut = cut;
    }
  }

  @TempDir(factory = InMemory.class)
  Path root;

  private int grounds;

  /// A pool with two volumes that are attached.
  private record Scene(Layout layout, Entrance entrance, Pool pool, List<Volume> sources)
      implements Closeable {
    List<Snapshot> cut() throws StorageException, IOException {
      try (CutGroup group = pool.useCases().createSnapshot().group()) {
        for (Volume source : sources) {
          Name name = new Name("snapshot of " + source.name());
          group.prepare(SnapshotId.of(pool.tag(), name), name, source, () -> {});
        }
        group.cut();
        return group.commit();
      }
    }

    boolean attempt() {
      try {
        return cut().size() == 2;
      } catch (StorageException | IOException _) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      entrance.locks().end();
    }
  }

  private FakeGround ground(Kind kind) throws IOException {
    return FakeGround.on(
        Files.createDirectory(root.resolve("ground" + ++grounds)), kind.host, kind.shape);
  }

  private static Scene open(FakeGround ground, Linux linux)
      throws StorageException, IOException, PoolHeld {
    PoolConfig config = ground.pool();
    Layout layout = new Layout(config.path());
    Entrance entrance = new Entrance(config, Driver.NODE, linux, Clock.systemUTC());
    Format format = entrance.enter(new Patience(Duration.ZERO), Optional.empty());
    PoolParts parts =
        new PoolParts(
            config,
            PoolTag.of(format.pool()),
            Driver.backends(layout, linux),
            linux,
            Clock.systemUTC());
    Pool pool = parts.build(entrance.root(), entrance.ownsFileSystem());
    pool.scan();
    List<Volume> sources = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      Volume volume =
          pool.create(spec(name, ground.shape(), BYTES), _ -> Optional.empty(), () -> {});
      Attachment _ = pool.attach(volume);
      sources.add(volume);
    }
    return new Scene(layout, entrance, pool, sources);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsDoneBetweenTheFirstCutAndTheLast(Kind kind)
      throws StorageException, IOException, PoolHeld {
    FakeGround ground = ground(kind);
    Faults counted = Faults.none(ground.linux());
    Scene scene = open(ground, counted.linux());
    int before = counted.calls().size();

    List<Snapshot> made = scene.cut();

    List<String> calls = counted.calls().subList(before, counted.calls().size());
    List<Integer> cuts =
        IntStream.range(0, calls.size())
            .filter(call -> calls.get(call).contains(" %s(".formatted(kind.cut)))
            .boxed()
            .toList();
    assertThat(cuts).hasSize(2);
    assertThat(cuts.get(1)).as("%s", calls).isEqualTo(cuts.get(0) + 1);
    assertThat(made).extracting(Snapshot::cut).containsOnly(made.getFirst().cut());
    assertThat(scene.pool().snapshots().known()).containsExactlyInAnyOrderElementsOf(made);
    for (Snapshot snapshot : made) {
      assertThat(scene.pool().get(snapshot.id())).isEqualTo(snapshot);
    }
    scene.close();
  }

  @ParameterizedTest
  @EnumSource
  void aFailureOfEitherInAnyStepLeavesNeither(Kind kind)
      throws StorageException, IOException, PoolHeld {
    FakeGround ground = ground(kind);
    Interleaved interleaved = Interleaved.over(ground.linux());
    Scene scene = open(ground, interleaved.linux());
    Pool pool = scene.pool();
    Layout layout = scene.layout();
    long charged = pool.status().chargedBytes();
    int failed = 0;
    for (int call = 1; ; call++) {
      String at = "call " + call;
      interleaved.before(
          call,
          () -> {
            throw new SystemCallException("test", at, Errno.EIO);
          });
      boolean cut = scene.attempt();
      if (!interleaved.happened()) {
        assertThat(cut).isTrue();
        break;
      }
      if (cut) {
        for (Snapshot snapshot : pool.snapshots().known().toList()) {
          pool.delete(snapshot.id());
        }
      } else {
        failed++;
        assertThat(pool.snapshots().size()).as(at).isZero();
      }
      List<Complaint> _ = pool.sweep();
      for (Path folder : List.of(layout.snapshots(), layout.staging(), layout.trash())) {
        assertThat(ground.linux().disk().list(folder)).as("%s, %s", folder, at).isEmpty();
      }
      assertThat(pool.status().chargedBytes()).as(at).isEqualTo(charged);
    }
    assertThat(failed).isGreaterThan(20);
    scene.close();
  }
}
