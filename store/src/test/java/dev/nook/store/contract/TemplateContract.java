package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.PoolName;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.trash.Templates;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules for a store whose pool shares blocks: thin ext4 volumes of sizes that come again.
abstract class TemplateContract extends StoreFixture {
  /// Damage to a file.
  enum Damage {
    OVERWRITTEN,
    TRUNCATED,
    GONE
  }

  Layout layout;
  private Faults calls;

  @BeforeEach
  void count() throws PoolHeld {
    layout = new Layout(ground.pool().path());
    restart(ground.pool());
  }

  final void restart(PoolConfig config) throws PoolHeld {
    store.close();
    calls = Faults.none(linux);
    store = Driver.started(calls.linux(), config);
  }

  final List<Home> templates() throws IOException {
    return linux.disk().list(layout.staging()).stream()
        .map(entry -> new Home(layout.staging().resolve(entry)))
        .toList();
  }

  /// Returns how often mkfs ran.
  final long formats() {
    return calls.calls().stream().filter(call -> call.contains("FileSystems.format(")).count();
  }

  private Volume create(String name, long size) throws StorageException, IOException {
    return store.create(Driver.spec(name, ground.shape(), size));
  }

  @Test
  void theSecondVolumeOfASizeIsMadeFromATemplateAndIsItsOwn() throws Exception {
    Volume first = create("first");
    Volume second = create("second");
    Volume third = create("third");

    assertThat(formats()).isEqualTo(1);
    assertThat(templates()).hasSize(1);
    assertThat(List.of(first, second, third)).extracting(Volume::content).doesNotHaveDuplicates();
    write(second.id(), "hello");
    write(first.id(), "other");
    assertThat(read(second.id())).isEqualTo("hello");
    Path unwritten = shown(third.id());
    assertThat(ground.contentOf(unwritten.resolve("word"))).doesNotExist();
  }

  @Test
  void eachSizeHasItsOwnTemplate() throws Exception {
    create("first", bytes);
    create("larger", 2 * bytes);

    assertThat(formats()).isEqualTo(2);
    assertThat(create("second", bytes).capacityBytes()).isEqualTo(bytes);
    assertThat(create("second larger", 2 * bytes).capacityBytes()).isEqualTo(2 * bytes);
    assertThat(formats()).isEqualTo(2);
  }

  @Test
  void theTemplateUsedLeastRecentlyGivesItsPlace() throws Exception {
    for (int i = 0; i < Templates.MOST; i++) {
      create("volume-" + i, bytes + i * 4096);
    }
    create("used", bytes);

    create("one more", bytes + MIB);
    sweep(store);

    assertThat(templates()).hasSize(Templates.MOST);
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    long before = formats();
    create("used again", bytes);
    assertThat(formats()).isEqualTo(before);
    create("forgotten", bytes + 4096);
    assertThat(formats()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedTemplateIsReplacedAndHarmsNobody(Damage damage) throws Exception {
    create("first");
    Home template = templates().getFirst();
    damage(template, damage);

    Volume second = create("second");
    Volume third = create("third");

    assertThat(formats()).isEqualTo(2);
    assertThat(templates()).hasSize(1).doesNotContain(template);
    write(second.id(), "hello");
    write(third.id(), "hello");
    sweep(store);
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    assertThat(status(store).chargedBytes()).isEqualTo(3 * bytes);
  }

  /// As what happens on a disk, or by hand.
  private void damage(Home home, Damage damage) throws IOException {
    Path image = home.image();
    linux.disk().remove(image);
    switch (damage) {
      case OVERWRITTEN -> linux.disk().allocate(image, bytes, dev.nook.linux.fs.Allocation.SPARSE);
      case TRUNCATED -> linux.disk().write(image, "short".getBytes(StandardCharsets.UTF_8));
      case GONE -> linux.disk().remove(home.directory());
    }
  }

  @Test
  void aTemplateOfAnotherDriverIsNeverUsedAndGoesWithItsCharge() throws Exception {
    create("first");
    long available = store.capacity(Optional.empty(), ground.shape()).availableBytes();

    restart(ground.pool());

    assertThat(templates()).isEmpty();
    assertThat(status(store).chargedBytes()).isEqualTo(bytes);
    assertThat(store.capacity(Optional.empty(), ground.shape()).availableBytes())
        .isLessThanOrEqualTo(available);
    sweep(store);
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    create("second");
    assertThat(formats()).isEqualTo(1);
  }

  @Test
  void anEmptyPoolHoldsNothing() throws Exception {
    store.delete(create("first").id());
    store.delete(create("second").id());

    sweep(store);

    assertNothingKept();
  }

  @Test
  void noTemplateIsKeptThroughAnIoError() throws Exception {
    create("first");
    linux.disk().write(layout.degraded(), "whatever".getBytes(StandardCharsets.UTF_8));
    sweep(store);

    store.recover(PoolName.DEFAULT);
    sweep(store);
    assertThat(templates()).isEmpty();
    create("second");

    assertThat(formats()).isEqualTo(2);
  }

  @Test
  void aFullPoolGivesItsTemplatesForAVolume() throws Exception {
    restart(ground.pool().withSize(4 * bytes));
    for (int i = 0; i < 3; i++) {
      create("volume-" + i);
    }
    assertThat(templates()).hasSize(1);
    assertThat(store.capacity(Optional.empty(), ground.shape()).availableBytes())
        .as("templates make no pool smaller")
        .isEqualTo(bytes);

    create("last");

    assertThat(templates()).isEmpty();
    assertThat(status(store).chargedBytes()).isEqualTo(4 * bytes);
    assertThat(status(store).availableBytes()).isZero();
    sweep(store);
    store.delete(store.idOf(spec("volume-0")));
    create("in its place");
    assertThat(templates()).as("there is no room for any").isEmpty();
  }

  @Test
  void aFullPoolGivesThemForASnapshotAndForAnExpansion() throws Exception {
    restart(ground.pool().withSize(4 * bytes));
    Volume first = create("first");
    assertThat(templates()).hasSize(1);
    store.expand(first.id(), new dev.nook.store.volume.CapacityRange(4 * bytes, 0));
    assertThat(templates()).isEmpty();
    store.delete(first.id());

    Volume second = create("second");
    sweep(store);
    Volume third = create("third");
    assertThat(templates()).hasSize(1);
    long left = store.capacity(Optional.empty(), ground.shape()).availableBytes();
    create("raw", new Shape.Raw(Shape.Provisioning.THIN), left - 8 * MIB);
    var snapshot = store.snapshot(new dev.nook.store.id.Name("snapshot"), second.id());

    assertThat(snapshot.chargedBytes()).isPositive();
    assertThat(third.content()).isNotEqualTo(second.content());
  }

  private void create(String name, Shape shape, long size) throws StorageException, IOException {
    Volume _ = store.create(Driver.spec(name, shape, size));
  }

  @Test
  void callsInParallelFillAPoolToTheLastVolume()
      throws InterruptedException, ExecutionException, PoolHeld, IOException {
    restart(ground.pool().withSize(12 * bytes));
    List<Callable<Content>> creates = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String name = "volume-" + i;
      creates.add(() -> create(name).content());
    }

    List<Content> made = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Future<Content> each : threads.invokeAll(creates)) {
        made.add(each.get());
      }
    }

    assertThat(made).doesNotHaveDuplicates();
    assertThat(status(store).chargedBytes()).isEqualTo(12 * bytes);
    assertThat(templates()).isEmpty();
  }
}
