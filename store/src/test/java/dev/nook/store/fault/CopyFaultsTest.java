package dev.nook.store.fault;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.testing.fault.Fault;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A volume is made from a snapshot or from a volume, and every call fails once.
class CopyFaultsTest extends CopyFaultFixture {
  @ParameterizedTest
  @MethodSource("everyFault")
  void restoring(Kind kind, Fault fault) throws Exception {
    everyCall(
        fault,
        kind,
        store -> {
          fill(store);
          cut(store);
        },
        store -> copy(store, 2 * BYTES, snapshot(store)),
        (store, acknowledged) -> {
          checkCopy(store, acknowledged, 2 * BYTES, snapshot(store));
          store.delete(snapshot(store));
          assertOnlyTheSourceIsLeft(store);
        });
  }

  @ParameterizedTest
  @MethodSource("everyFault")
  void cloning(Kind kind, Fault fault) throws Exception {
    everyCall(fault, kind, this::fill, this::clone, this::checkClone);
  }

  @ParameterizedTest
  @MethodSource("everyFaultInUse")
  void cloningInUse(Kind kind, Fault fault) throws Exception {
    everyCall(fault, kind, this::use, this::clone, this::checkClone);
  }

  private void clone(VolumeStore store) throws StorageException, IOException {
    copy(store, BYTES, source(store));
  }

  private void checkClone(VolumeStore store, boolean acknowledged)
      throws StorageException, IOException {
    checkCopy(store, acknowledged, BYTES, source(store));
    assertOnlyTheSourceIsLeft(store);
  }
}
