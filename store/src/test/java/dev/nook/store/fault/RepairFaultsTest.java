package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Snapshot;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails every call of every port in each way while a volume is checked, mended, made what it was
/// and forgotten, and demands of what is left that the volume is whole, unchanged or mended, that
/// what it was is in it or kept, that every call works, and that the ledger is exact.
class RepairFaultsTest extends FaultFixture {
  private byte[] damaged = {};

  @ParameterizedTest
  @EnumSource
  void checking(Fault fault) throws Exception {
    everyCall(
        fault,
        Kind.LOOP,
        this::damage,
        store -> store.repairs().mend(volume(store), Allowed.CHECK),
        (store, _) -> {
          assertThat(image(store)).isEqualTo(damaged);
          assertThat(store.repairs().kept(volume(store))).isEmpty();
          assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
          assertServes(store);
        });
  }

  @ParameterizedTest
  @EnumSource
  void mending(Fault fault) throws Exception {
    for (Kind kind : List.of(Kind.LOOP, Kind.LOOP_ON_BTRFS)) {
      everyCall(
          fault,
          kind,
          this::damage,
          store -> store.repairs().mend(volume(store), Allowed.WITH_LOSS),
          (store, acknowledged) -> {
            boolean mended = !Arrays.equals(image(store), damaged);
            assertThat(mended || !acknowledged).isTrue();
            assertThat(mended ? keptImages(store) : List.of(image(store))).contains(damaged);
            assertCharged(store);
            assertServes(store);

            store.repairs().mend(volume(store), Allowed.WITH_LOSS);
            assertThat(image(store)).isNotEqualTo(damaged);
            assertThat(keptImages(store)).contains(damaged);
            assertForgotten(store);
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void restoring(Fault fault) throws Exception {
    everyCall(
        fault,
        Kind.LOOP,
        store -> {
          damage(store);
          store.repairs().mend(volume(store), Allowed.WITH_LOSS);
        },
        store -> store.repairs().restore(volume(store), Optional.empty()),
        (store, acknowledged) -> {
          boolean restored = Arrays.equals(image(store), damaged);
          assertThat(restored || !acknowledged).isTrue();
          assertThat(keptImages(store)).contains(damaged);
          assertThat(restored && keptImages(store).size() < 2).as("the mended one").isFalse();
          assertCharged(store);
          assertServes(store);
          assertForgotten(store);
        });
  }

  @ParameterizedTest
  @EnumSource
  void forgetting(Fault fault) throws Exception {
    everyCall(
        fault,
        Kind.LOOP,
        store -> {
          damage(store);
          store.repairs().mend(volume(store), Allowed.WITH_LOSS);
        },
        store -> store.repairs().forget(volume(store)),
        (store, acknowledged) -> {
          assertThat(acknowledged && !keptImages(store).isEmpty()).isFalse();
          assertCharged(store);
          assertServes(store);
          assertForgotten(store);
        });
  }

  @ParameterizedTest
  @EnumSource
  void deletingWithWhatWasKept(Fault fault) throws Exception {
    everyCall(
        fault,
        Kind.LOOP,
        store -> {
          VolumeId id = store.create(spec("pvc", Kind.LOOP.shape, BYTES)).id();
          ground.kernel().damage(layout().volume(id).image(), Damage.FILES);
          store.repairs().mend(id, Allowed.WITH_LOSS);
        },
        store -> store.delete(id(store, "pvc")),
        (store, acknowledged) -> {
          assertThat(present(store, "pvc") && acknowledged).isFalse();
          store.delete(id(store, "pvc"));
          sweep(store);
          assertThat(ground.linux().disk().list(layout().snapshots())).isEmpty();
          assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
        });
  }

  private void damage(VolumeStore store) throws StorageException, IOException {
    ground.kernel().damage(layout().volume(volume(store)).image(), Damage.FILES);
    damaged = image(store);
  }

  private void assertServes(VolumeStore store) throws StorageException, IOException {
    store.attach(volume(store));
    store.detach(volume(store));
    assertThat(ground.linux().loops().all()).isEmpty();
  }

  private void assertCharged(VolumeStore store) throws StorageException, IOException {
    long kept =
        store.repairs().kept(volume(store)).stream()
            .mapToLong(each -> Math.max(Ledger.LEAST, each.chargedBytes()))
            .sum();
    assertThat(status(store).chargedBytes()).isEqualTo(BYTES + kept);
  }

  private void assertForgotten(VolumeStore store) throws StorageException, IOException {
    store.repairs().forget(volume(store));
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
    assertThat(ground.linux().disk().list(layout().snapshots())).isEmpty();
  }

  private List<byte[]> keptImages(VolumeStore store) throws StorageException, IOException {
    List<byte[]> images = new ArrayList<>();
    for (Snapshot kept : store.repairs().kept(volume(store))) {
      images.add(head(layout().snapshot(kept.id()).image()));
    }
    return images;
  }

  private byte[] image(VolumeStore store) throws StorageException, IOException {
    return head(layout().volume(volume(store)).image());
  }

  /// Returns everything that the fake kernel has in an image.
  private static byte[] head(Path image) throws IOException {
    try (var file = Files.newInputStream(image)) {
      return file.readNBytes(4096);
    }
  }

  private Layout layout() {
    return new Layout(ground.pool().path());
  }

  private static VolumeId volume(VolumeStore store) throws StorageException {
    return id(store, "kept");
  }
}
