package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.mountAt;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.HeldMount;
import dev.nook.store.Volumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Rules for every volume store: [CreationContract], and those for existing volumes.
abstract class VolumeStoreContract extends CreationContract {
  @Test
  void anAttachedVolumeIsTheSameOneUntilItIsDetached() throws Exception {
    VolumeId id = create("pvc").id();

    Attachment attachment = store.attach(id);

    assertThat(store.attach(id)).isEqualTo(attachment);
    Path target = show(linux, attachment, ground.folder(), id);
    assertThat(store.attached()).containsExactly(id);
    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    hide(linux, target);
    store.detach(id);
    store.detach(id);
    assertThat(store.attached()).isEmpty();
  }

  @Test
  void aMountOfSomethingElseShowsNoVolume() throws Exception {
    create("pvc");

    for (var mount : linux.mounts().all()) {
      assertThat(store.shownBy(mount)).as(mount.toString()).isEmpty();
    }
  }

  @Test
  void aVolumeInUseIsNeitherDeletedNorDetached() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);

    assertThatThrownBy(() -> store.delete(id))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(id.text());
    if (!isTree()) {
      assertThatThrownBy(() -> store.detach(id))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("/dev/loop");
    }

    assertThat(store.get(id).id()).isEqualTo(id);
    hide(linux, target);
    store.detach(id);
    store.delete(id);
  }

  @Test
  void whatIsWrittenIsReadAfterARestart() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);
    if (!(ground.shape() instanceof Shape.Raw)) {
      Files.writeString(ground.contentOf(target.resolve("greeting")), "hello");
    }

    restart();

    assertThat(store.attached()).containsExactly(id);
    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    hide(linux, target);
    store.detach(id);
    Path again = shown(id);
    if (!(ground.shape() instanceof Shape.Raw)) {
      assertThat(Files.readString(ground.contentOf(again.resolve("greeting")))).isEqualTo("hello");
    }
  }

  @Test
  void aRestartFindsEveryVolumeAndTheSameLedger() throws Exception {
    create("a");
    create("b");
    store.delete(create("c").id());
    var before = store.list(0, Optional.empty());
    long charged = status(store).chargedBytes();

    restart();

    assertThat(store.list(0, Optional.empty())).isEqualTo(before);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
  }

  @Test
  void growingNeverShrinksAndIsDoneOnce() throws Exception {
    VolumeId id = create("pvc").id();

    assertThat(store.expand(id, new CapacityRange(bytes * 2, 0)).capacityBytes())
        .isEqualTo(bytes * 2);
    assertThat(store.expand(id, new CapacityRange(bytes * 2, 0)).capacityBytes())
        .isEqualTo(bytes * 2);
    assertThat(store.expand(id, new CapacityRange(bytes, 0)).capacityBytes()).isEqualTo(bytes * 2);
    assertThatThrownBy(() -> store.expand(id, new CapacityRange(0, bytes)))
        .isInstanceOf(StorageException.ExpansionRefused.class);

    restart();
    assertThat(store.get(id).capacityBytes()).isEqualTo(bytes * 2);
    assertThat(status(store).chargedBytes()).isEqualTo(bytes * 2);
  }

  @Test
  void growthThatDoesNotFitIsOutOfRangeWithBothFiguresAndChangesNothing() throws Exception {
    VolumeId id = create("pvc").id();
    long free = store.capacity(Optional.empty(), ground.shape()).availableBytes();

    assertThatThrownBy(() -> store.expand(id, new CapacityRange(1L << 43, 0)))
        .isInstanceOf(StorageException.ExpansionRefused.class)
        .hasMessageContaining(Long.toString((1L << 43) - bytes))
        .hasMessageContaining(Long.toString(free));
    assertThat(store.get(id).capacityBytes()).isEqualTo(bytes);
    assertThat(status(store).chargedBytes()).isEqualTo(bytes);
  }

  @Test
  void anAttachedVolumeGrowsUnderItsHolder() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);

    store.expand(id, new CapacityRange(bytes * 2, 0));

    switch (usage(id, target)) {
      case Usage.Blocks(long total) -> assertThat(total).isEqualTo(bytes * 2);
      case Usage.Files files -> assertThat(files.totalBytes()).isPositive();
    }
    for (var loop : linux.loops().all()) {
      if (loop.label().equals(id.text())) {
        assertThat(loop.bytes()).isEqualTo(bytes * 2);
      }
    }
  }

  private Usage usage(VolumeId id, Path target) throws StorageException, IOException {
    try (HeldMount mount = linux.mounts().hold(target).orElseThrow()) {
      return store.usage(id, mount.usage());
    }
  }

  @Test
  void usageNeverExceedsTheSizeWhereItIsEnforced() throws Exception {
    Volume volume = create("pvc");
    Path target = shown(volume.id());

    Usage usage = usage(volume.id(), target);

    switch (usage) {
      case Usage.Blocks(long total) -> assertThat(total).isEqualTo(bytes);
      case Usage.Files files -> {
        assertThat(files.availableBytes()).isPositive();
        if (!ground.shape().equals(new Shape.Tree(false))) {
          assertThat(files.totalBytes()).isLessThanOrEqualTo(bytes);
          assertThat(files.usedBytes()).isLessThanOrEqualTo(bytes);
          assertThat(files.availableBytes()).isLessThanOrEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void aDamagedRecordQuarantinesItsVolumeAlone() throws Exception {
    Volume good = create("good");
    Volume bad = create("bad");
    Home home = home(bad.id());
    byte[] meta = linux.disk().read(home.meta(), 4096);
    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), "damaged".getBytes(StandardCharsets.UTF_8));

    restart();

    assertThat(store.get(good.id())).isEqualTo(good);
    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> store.get(bad.id()),
            () -> create("bad"),
            () -> store.attach(bad.id()),
            () -> store.expand(bad.id(), CapacityRange.ANY))) {
      assertThatThrownBy(call)
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(home.meta().toString());
    }
    assertThat(store.list(0, Optional.empty()).entries())
        .extracting(Volumes.Listed::id)
        .containsExactlyInAnyOrder(good.id(), bad.id());
    assertThat(status(store).quarantined()).isEqualTo(1);
    assertThat(store.inventory().getFirst().rows())
        .anySatisfy(row -> assertThat(row.quarantined()).isPresent());

    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), meta);
    sweep(store);
    assertThat(status(store).quarantined()).isZero();
    assertThat(create("bad")).isEqualTo(bad);
  }

  @Test
  void aQuarantinedVolumeCanBeDetachedAndDeleted() throws Exception {
    VolumeId bad = create("bad").id();
    Path target = shown(bad);
    linux.disk().remove(home(bad).meta());

    restart();

    assertThat(store.shownBy(mountAt(linux, target))).contains(bad);
    hide(linux, target);
    store.detach(bad);
    store.delete(bad);
    sweep(store);
    assertNothingKept();
  }
}
