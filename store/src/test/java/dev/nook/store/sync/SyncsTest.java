package dev.nook.store.sync;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each call syncs and renames, and in which order: each sync makes one promise real, and none
/// is made twice. A sync costs a call more than all else that it does.
class SyncsTest {
  private static final long BYTES = 64 * MIB;
  private static final Shape EXT4 = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final Shape BLOCK = new Shape.Raw(Provisioning.THIN);

  /// A call that syncs, or that makes something appear under its name.
  private static final Pattern CALL =
      Pattern.compile(
          "\\d+ (?:Disk|LoopDevices)\\.(sync|syncFileSystem|write|writeOut|rename|replace|reflink)\\((.*)\\)");

  private static final Pattern ID = Pattern.compile("[a-z0-9]{8}-[a-z]-[a-z0-9]{26}");

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private Faults counted;
  private VolumeStore store;

  @BeforeEach
  void start() throws IOException, PoolHeld {
    ground = FakeGround.on(root, FileSystemType.XFS, EXT4);
    counted = Faults.none(ground.linux());
    store = Driver.started(counted.linux(), ground.pool());
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
    ground.close();
  }

  private interface Call {
    void run() throws StorageException, IOException;
  }

  private List<String> of(Call call) throws StorageException, IOException {
    int before = counted.calls().size();
    call.run();
    List<String> calls = counted.calls();
    return calls.subList(before, calls.size()).stream().flatMap(this::synced).toList();
  }

  /// Names the paths by what they are in the pool.
  private Stream<String> synced(String call) {
    Matcher matcher = CALL.matcher(call);
    if (!matcher.matches()) {
      return Stream.empty();
    }
    String paths = matcher.group(2).replace(ground.pool().path() + "/", "").replace(root + "/", "");
    String named =
        ID.matcher(paths)
            .replaceAll("ID")
            .replaceAll("ID[.]\\w+", "NEW")
            .replaceAll("template[.]\\w+", "TEMPLATE")
            .replaceAll(", \\d+ bytes", "")
            .replaceAll(".*/loop\\d+", "DEVICE");
    return Stream.of(matcher.group(1) + " " + named);
  }

  private VolumeId create(String name, Shape shape) throws StorageException, IOException {
    return store.create(spec(name, shape, BYTES)).id();
  }

  @Test
  void aVolumeFromATemplate() throws Exception {
    VolumeId _ = create("first", EXT4);

    assertThat(of(() -> create("pvc", EXT4)))
        .containsExactly(
            "reflink staging/TEMPLATE/image, staging/NEW/image",
            "writeOut staging/NEW/meta",
            "sync staging/NEW/image",
            "sync staging/NEW/meta",
            "sync staging/NEW",
            "rename staging/NEW, volumes/ID",
            "sync volumes",
            "sync staging");
  }

  @Test
  void aVolumeFromNothing() throws Exception {
    assertThat(of(() -> create("pvc", BLOCK)))
        .containsExactly(
            "writeOut staging/NEW/meta",
            "sync staging/NEW/image",
            "sync staging/NEW/meta",
            "sync staging/NEW",
            "rename staging/NEW, volumes/ID",
            "sync volumes",
            "sync staging");
  }

  @Test
  void aSnapshotOfAMountedVolume() throws Exception {
    VolumeId id = create("pvc", EXT4);
    Path shown = Driver.show(ground.linux(), store.attach(id), ground.folder(), id);

    assertThat(of(() -> store.snapshot(new Name("cut"), id)))
        .containsExactly(
            "syncFileSystem shown/ID",
            "reflink volumes/ID/image, staging/NEW/image",
            "writeOut staging/NEW/meta",
            "sync staging/NEW/image",
            "sync staging/NEW/meta",
            "sync staging/NEW",
            "rename staging/NEW, snapshots/ID",
            "sync snapshots",
            "sync staging");

    Driver.hide(ground.linux(), shown);
    store.detach(id);
  }

  @Test
  void aSnapshotOfAnAttachedBlockVolume() throws Exception {
    VolumeId id = create("pvc", BLOCK);
    Attachment _ = store.attach(id);

    assertThat(of(() -> store.snapshot(new Name("cut"), id)))
        .containsExactly(
            "sync DEVICE",
            "reflink volumes/ID/image, staging/NEW/image",
            "writeOut staging/NEW/meta",
            "sync staging/NEW/image",
            "sync staging/NEW/meta",
            "sync staging/NEW",
            "rename staging/NEW, snapshots/ID",
            "sync snapshots",
            "sync staging");

    store.detach(id);
  }

  @Test
  void aVolumeFromASnapshot() throws Exception {
    VolumeId id = create("pvc", BLOCK);
    SnapshotId cut = store.snapshot(new Name("cut"), id).id();

    assertThat(of(() -> store.create(spec("copy", BLOCK, BYTES, cut))))
        .containsExactly(
            "reflink snapshots/ID/image, staging/NEW/image",
            "writeOut staging/NEW/meta",
            "sync staging/NEW/image",
            "sync staging/NEW/meta",
            "sync staging/NEW",
            "rename staging/NEW, volumes/ID",
            "sync volumes",
            "sync staging");
  }

  @Test
  void whatIsDeleted() throws Exception {
    VolumeId id = create("pvc", BLOCK);
    SnapshotId cut = store.snapshot(new Name("cut"), id).id();

    assertThat(of(() -> store.delete(cut)))
        .containsExactly("rename snapshots/ID, trash/NEW", "sync snapshots", "sync trash");
    assertThat(of(() -> store.delete(id)))
        .containsExactly("rename volumes/ID, trash/NEW", "sync volumes", "sync trash");
  }

  @Test
  void aVolumeThatExpands() throws Exception {
    VolumeId id = create("pvc", BLOCK);

    assertThat(of(() -> store.expand(id, new CapacityRange(2 * BYTES, 0))))
        .containsExactly(
            "sync volumes/ID/image",
            "write volumes/ID/meta.new",
            "replace volumes/ID/meta.new, volumes/ID/meta",
            "sync volumes/ID");
  }
}
