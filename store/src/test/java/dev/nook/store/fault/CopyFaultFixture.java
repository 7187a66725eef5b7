package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Fails every call of every port in each way while something is copied or a copy is deleted, and
/// demands of what is left: acknowledged stays, unacknowledged leaves nothing or is whole, the same
/// call again succeeds, what was copied is as it was, and with the copies goes every charge.
abstract class CopyFaultFixture extends FaultFixture {
  static final Name SNAPSHOT = new Name("snapshot-1");
  static final String WORD = "written before";

  static Stream<Arguments> everyFault() {
    return faults(Kind.values());
  }

  static Stream<Arguments> everyFaultInUse() {
    return faults(Kind.LOOP, Kind.SUBVOLUME);
  }

  private static Stream<Arguments> faults(Kind... kinds) {
    return Stream.of(kinds)
        .flatMap(kind -> Stream.of(Fault.values()).map(fault -> Arguments.of(kind, fault)));
  }

  final void fill(VolumeStore store) throws StorageException, IOException {
    Path shown = shown(store, source(store));
    Files.writeString(ground.contentOf(shown.resolve("word")), WORD);
    hide(ground.linux(), shown);
    store.detach(source(store));
  }

  /// What was written stays in the log of a filesystem that is mounted.
  final void use(VolumeStore store) throws StorageException, IOException {
    fill(store);
    Path _ = shown(store, source(store));
  }

  final void cut(VolumeStore store) throws StorageException, IOException {
    Snapshot _ = store.snapshot(SNAPSHOT, source(store));
  }

  final void copy(VolumeStore store, long bytes, StoredId origin)
      throws StorageException, IOException {
    Volume _ = store.create(spec("copy", ground.shape(), bytes, origin));
  }

  final void checkCopy(VolumeStore store, boolean acknowledged, long bytes, StoredId origin)
      throws StorageException, IOException {
    assertWhole(present(store, "copy"), acknowledged);
    assertCharged(store);
    copy(store, bytes, origin);
    Volume copy = store.get(id(store, "copy"));
    assertThat(copy.capacityBytes()).isEqualTo(bytes);
    if (copy.content() instanceof Content.Formatted) {
      assertThat(copy.content()).isNotEqualTo(store.get(source(store)).content());
    }
    assertThat(word(store, copy.id())).isEqualTo(WORD);
    store.delete(copy.id());
  }

  final void assertWhole(boolean present, boolean acknowledged) {
    assertThat(present || !acknowledged).isTrue();
    assertThat(present && !acknowledged && UNDOABLE.contains(fault)).isFalse();
  }

  final void assertCharged(VolumeStore store) throws StorageException, IOException {
    long charged = 0;
    for (var listed : store.list(0, Optional.empty()).entries()) {
      charged += listed.volume().orElseThrow().promisedBytes();
    }
    for (Snapshot snapshot : snapshots(store)) {
      charged += Math.max(Ledger.LEAST, snapshot.chargedBytes());
    }
    assertThat(status(store).chargedBytes()).as("charged").isEqualTo(charged);
  }

  /// Checks that the source has its word, its size and its limit, and is attached only if it was in
  /// use.
  final void assertOnlyTheSourceIsLeft(VolumeStore store) throws StorageException, IOException {
    sweep(store);
    sweep(store);
    Path target = ground.folder().resolve(source(store).text());
    if (ground.linux().disk().stat(target).isPresent()) {
      assertThat(Files.readString(ground.contentOf(target.resolve("word")))).isEqualTo(WORD);
      hide(ground.linux(), target);
      store.detach(source(store));
    } else {
      assertThat(word(store, source(store))).isEqualTo(WORD);
    }
    assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
    assertThat(ground.linux().loops().all()).isEmpty();
    assertThat(ground.linux().mounts().at(target)).isEmpty();
    Layout layout = new Layout(ground.pool().path());
    assertThat(ground.linux().disk().list(layout.snapshots())).isEmpty();
    if (ground.shape() instanceof Shape.Tree(var enforced) && enforced) {
      Path data = layout.volume(source(store)).data();
      assertThat(ground.linux().subvolumes().quota(data).limitBytes()).isEqualTo(BYTES);
    }
  }

  final String word(VolumeStore store, VolumeId id) throws StorageException, IOException {
    Path shown = shown(store, id);
    try {
      return Files.readString(ground.contentOf(shown.resolve("word")));
    } finally {
      hide(ground.linux(), shown);
      store.detach(id);
    }
  }

  final Path shown(VolumeStore store, VolumeId id) throws StorageException, IOException {
    return show(ground.linux(), store.attach(id), ground.folder(), id);
  }

  final VolumeId source(VolumeStore store) throws StorageException {
    return id(store, "kept");
  }

  final SnapshotId snapshot(VolumeStore store) throws StorageException {
    return store.idOf(SNAPSHOT, source(store));
  }

  static List<Snapshot> snapshots(VolumeStore store) throws StorageException {
    return store.snapshots(Snapshots.Filter.ALL, 0, Optional.empty()).entries();
  }
}
