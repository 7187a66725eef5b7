package dev.nook.store.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.testing.fault.Fault;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A snapshot is cut or deleted, and every call fails once.
class CutFaultsTest extends CopyFaultFixture {
  @ParameterizedTest
  @MethodSource("everyFault")
  void cutting(Kind kind, Fault fault) throws Exception {
    everyCall(fault, kind, this::fill, this::cut, this::checkSnapshot);
  }

  @ParameterizedTest
  @MethodSource("everyFaultInUse")
  void cuttingInUse(Kind kind, Fault fault) throws Exception {
    everyCall(fault, kind, this::use, this::cut, this::checkSnapshot);
  }

  @ParameterizedTest
  @MethodSource("everyFault")
  void deletingASnapshot(Kind kind, Fault fault) throws Exception {
    everyCall(
        fault,
        kind,
        store -> {
          fill(store);
          cut(store);
          copy(store, BYTES, snapshot(store));
        },
        store -> store.delete(snapshot(store)),
        (store, acknowledged) -> {
          boolean present = !snapshots(store).isEmpty();
          assertThat(present && acknowledged).isFalse();
          assertCharged(store);
          store.delete(snapshot(store));
          assertThat(word(store, id(store, "copy"))).isEqualTo(WORD);
          store.delete(id(store, "copy"));
          assertOnlyTheSourceIsLeft(store);
        });
  }

  private void checkSnapshot(VolumeStore store, boolean acknowledged)
      throws StorageException, IOException {
    assertWhole(!snapshots(store).isEmpty(), acknowledged);
    assertCharged(store);
    cut(store);
    assertThat(snapshots(store)).hasSize(1);
    copy(store, BYTES, snapshot(store));
    assertThat(word(store, id(store, "copy"))).isEqualTo(WORD);
    store.delete(snapshot(store));
    store.delete(id(store, "copy"));
    assertOnlyTheSourceIsLeft(store);
  }
}
