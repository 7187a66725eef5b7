package dev.nook.store.opening;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.mountAt;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.Volumes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests how a pool is opened, and what keeps a driver from opening one.
class PoolStartTest {
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private Linux linux;
  private PoolConfig config;
  private Layout layout;

  @BeforeEach
  void boot() throws IOException {
    ground = FakeGround.on(root, FileSystemType.XFS, SHAPE);
    linux = ground.linux();
    config = ground.pool();
    layout = new Layout(config.path());
  }

  private PoolConfig second(String name) throws IOException {
    Path path = Files.createDirectories(root.resolve(name));
    return PoolConfig.of(new PoolName(name), path);
  }

  private static String why(VolumeStore pools) {
    return status(pools).health() instanceof Health.Closed(var why) ? why : "open";
  }

  @Test
  void twoPoolsOfOneNameOrOnePathAreNoConfiguration() {
    assertThatThrownBy(() -> Driver.of(linux, config, config))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Driver.of(linux, config, PoolConfig.of(new PoolName("other"), config.path())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "/", "/a/../b", "/a/./b"})
  void aPathThatIsNotCleanIsNoConfiguration(String path) {
    assertThatThrownBy(() -> PoolConfig.of(PoolName.DEFAULT, Path.of(path)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSecondDriverIsToldWhoHoldsThePoolAndDisturbsNobody() throws Exception {
    VolumeStore first = Driver.started(linux, config);

    assertThatThrownBy(() -> Driver.of(linux, config).lock(Duration.ZERO))
        .isInstanceOfSatisfying(
            PoolHeld.class,
            held -> {
              assertThat(held.pool()).isEqualTo(PoolName.DEFAULT);
              assertThat(held.holder())
                  .contains("process " + ProcessHandle.current().pid(), Driver.NODE);
            });

    assertThat(first.create(spec("pvc", SHAPE, 64 * MIB)).name()).isEqualTo(new Name("pvc"));
    first.close();
    Driver.started(linux, config).close();
  }

  @Test
  void whatADriverTookBeforeItMetAHeldPoolIsGivenBack() throws Exception {
    PoolConfig free = second("free");
    VolumeStore holder = Driver.started(linux, config);

    assertThatThrownBy(() -> Driver.of(linux, free, config).lock(Duration.ZERO))
        .isInstanceOf(PoolHeld.class);

    Driver.started(linux, free).close();
    holder.close();
  }

  @Test
  void nothingButTheNodesCallsIsServedBeforeTheScan() throws Exception {
    VolumeStore before = Driver.started(linux, config);
    VolumeId id = before.create(spec("pvc", SHAPE, 64 * MIB)).id();
    before.close();
    VolumeStore store = Driver.of(linux, config);
    assertThatThrownBy(() -> store.get(id)).isInstanceOf(StorageException.Unavailable.class);
    assertThatThrownBy(() -> store.idOf(spec("pvc", SHAPE, 0)))
        .isInstanceOf(StorageException.Unavailable.class);

    store.lock(Duration.ZERO);

    assertThat(store.ready()).isFalse();
    assertThat(status(store).health()).isEqualTo(new Health.Starting());
    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> store.create(spec("pvc", SHAPE, 0)),
            () -> store.delete(id),
            () -> store.list(0, Optional.empty()),
            () -> store.capacity(Optional.empty(), SHAPE),
            () -> store.expand(id, CapacityRange.ANY))) {
      assertThatThrownBy(call).isInstanceOf(StorageException.Unavailable.class);
    }
    assertThat(store.get(id).id()).isEqualTo(id);
    assertThat(store.attach(id)).isNotNull();
    store.detach(id);
    store.scan();
    assertThat(store.ready()).isTrue();
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  @Test
  void aMissingPoolIsClosedAloneAndOpensWhenItComes() throws Exception {
    Path path = root.resolve("late");
    PoolConfig late = PoolConfig.of(new PoolName("late"), path);
    VolumeStore store = Driver.started(linux, late, config);

    assertThat(why(store)).contains("no such directory");
    assertThat(store.create(spec("pvc", SHAPE, 64 * MIB)).pool()).isEqualTo(PoolName.DEFAULT);
    assertThatThrownBy(() -> store.create(in("late", "pvc-2")))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("late");
    assertThat(store.capacity(Optional.of(late.name()), SHAPE)).isEqualTo(Volumes.Capacity.NONE);

    Files.createDirectory(path);
    sweep(store);

    assertThat(status(store).health()).isEqualTo(new Health.Open());
    assertThat(store.create(in("late", "pvc-2")).pool()).isEqualTo(late.name());
  }

  @Test
  void aVolumeThatMayLiveInAClosedPoolIsNotCalledGone() throws Exception {
    VolumeStore store =
        Driver.started(linux, config, PoolConfig.of(new PoolName("gone"), root.resolve("x")));
    VolumeId elsewhere = new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa");

    assertThatThrownBy(() -> store.delete(elsewhere))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("pool gone");
    assertThatThrownBy(() -> store.get(elsewhere)).isInstanceOf(StorageException.NotReady.class);
    store.delete(new VolumeId("garbage"));
    store.detach(elsewhere);
  }

  @Test
  void aPathThroughASymbolicLinkIsRefusedNamingTheLink() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("link"), config.path());

    VolumeStore store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, link));

    assertThat(why(store)).contains(link + " is a symbolic link");
    assertThat(linux.disk().list(config.path())).isEmpty();
  }

  @Test
  void anUnknownFormatIsLeftAloneButItsVolumesCanBeTakenDown() throws Exception {
    VolumeStore before = Driver.started(linux, config);
    VolumeId id = before.create(spec("pvc", SHAPE, 64 * MIB)).id();
    Path target = show(linux, before.attach(id), ground.folder(), id);
    before.close();
    linux.disk().remove(layout.format());
    linux.disk().write(layout.format(), "version=2.0\nnew=1\n".getBytes(StandardCharsets.UTF_8));
    List<String> files = linux.disk().list(layout.root());

    VolumeStore store = Driver.started(linux, config);
    sweep(store);

    assertThat(why(store)).contains(layout.format().toString(), "2.0");
    assertThat(linux.disk().list(layout.root())).isEqualTo(files);
    assertThat(linux.disk().read(layout.format(), 4096))
        .asString()
        .isEqualTo("version=2.0\nnew=1\n");
    assertThat(store.attached()).containsExactly(id);
    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    hide(linux, target);
    store.detach(id);
    assertThat(store.attached()).isEmpty();
    assertThatThrownBy(() -> store.delete(id)).isInstanceOf(StorageException.NotReady.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "version=1.0\nkind=pool\n"})
  void aDamagedFormatIsClosedNamingTheFile(String content) throws Exception {
    Driver.started(linux, config).close();
    linux.disk().remove(layout.format());
    linux.disk().write(layout.format(), content.getBytes(StandardCharsets.UTF_8));

    assertThat(why(Driver.started(linux, config))).contains(layout.format().toString());
  }

  @Test
  void aLostFormatIsNotReplacedWhereVolumesAre() throws Exception {
    VolumeStore before = Driver.started(linux, config);
    before.create(spec("pvc", SHAPE, 64 * MIB));
    before.close();
    linux.disk().remove(layout.format());

    assertThat(why(Driver.started(linux, config))).contains("is missing", "volumes");

    assertThat(linux.disk().stat(layout.format())).isEmpty();
  }

  @Test
  void anotherNodesPoolStaysClosedUntilItIsAdopted() throws Exception {
    VolumeStore old = Driver.started(linux, config);
    VolumeId id = old.create(spec("pvc", SHAPE, 64 * MIB)).id();
    old.close();
    VolumeStore store = Driver.of("node-2", linux, config);
    store.lock(Duration.ZERO);
    store.scan();
    assertThat(why(store)).contains("node-1", "node-2", "nook pool adopt default");
    assertThatThrownBy(() -> store.get(id)).isInstanceOf(StorageException.NotReady.class);

    Driver.of("node-2", linux, config).adopt(PoolName.DEFAULT, Duration.ZERO);
    sweep(store);

    assertThat(status(store).health()).isEqualTo(new Health.Open());
    assertThat(store.get(id).id()).isEqualTo(id);
  }

  @Test
  void adoptingDoesNotTouchAPoolThatIsHeldOrUnknown() throws Exception {
    VolumeStore holder = Driver.started(linux, config);

    assertThatThrownBy(
            () -> Driver.of("node-2", linux, config).adopt(PoolName.DEFAULT, Duration.ZERO))
        .isInstanceOf(PoolHeld.class);
    holder.close();
    byte[] format = linux.disk().read(layout.format(), 4096);
    linux.disk().remove(layout.format());
    linux.disk().write(layout.format(), "version=9.0\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(
            () -> Driver.of("node-2", linux, config).adopt(PoolName.DEFAULT, Duration.ZERO))
        .isInstanceOf(StorageException.NotReady.class);
    assertThat(linux.disk().read(layout.format(), 4096)).isNotEqualTo(format).hasSize(12);
  }

  @Test
  void twoPoolsWithOneUuidAreBothRefusedUntilOneIsGone() throws Exception {
    PoolConfig copy = second("copy");
    Driver.started(linux, config, copy).close();
    Layout other = new Layout(copy.path());
    byte[] own = linux.disk().read(other.format(), Record.MAX_BYTES);
    linux.disk().remove(other.format());
    linux.disk().write(other.format(), linux.disk().read(layout.format(), Record.MAX_BYTES));

    VolumeStore store = Driver.started(linux, config, copy);
    sweep(store);

    assertThat(store.status())
        .allSatisfy(pool ->
            assertThat(pool.health())
                .isInstanceOfSatisfying(
                    Health.Closed.class, closed -> assertThat(closed.why()).contains("UUID")));
    linux.disk().remove(other.format());
    linux.disk().write(other.format(), own);
    sweep(store);
    sweep(store);
    assertThat(store.status())
        .allSatisfy(pool -> assertThat(pool.health()).isEqualTo(new Health.Open()));
  }

  @Test
  void oneNameIsOneVolumeInAllPools() throws Exception {
    VolumeStore store = Driver.started(linux, config, second("fast"));
    store.create(in("fast", "pvc"));

    assertThatThrownBy(() -> store.create(spec("pvc", SHAPE, 64 * MIB)))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining("fast");
    assertThatThrownBy(() -> store.create(in("default", "pvc")))
        .isInstanceOf(StorageException.Incompatible.class);
    assertThatThrownBy(() ->
            store.create(
                new VolumeSpec(
                    new Name("copy"),
                    Optional.of(PoolName.DEFAULT),
                    SHAPE,
                    CapacityRange.ANY,
                    new VolumeSource.OfVolume(store.idOf(in("fast", "pvc"))))))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining("fast");
  }

  @Test
  void withoutANameTheDefaultPoolIsMeantOrTheOnlyOne() throws Exception {
    PoolConfig fast = second("fast");
    PoolConfig slow = second("slow");
    VolumeStore only = Driver.started(linux, fast);
    assertThat(only.create(spec("pvc", SHAPE, 64 * MIB)).pool()).isEqualTo(fast.name());
    only.close();

    VolumeStore two = Driver.started(linux, fast, slow);

    assertThatThrownBy(() -> two.create(spec("pvc-2", SHAPE, 64 * MIB)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("default");
    assertThat(two.capacity(Optional.empty(), SHAPE)).isEqualTo(Volumes.Capacity.NONE);
    assertThat(two.capacity(Optional.of(slow.name()), SHAPE).availableBytes()).isPositive();
  }

  @Test
  void listsGoThroughAllPoolsInIdOrder() throws Exception {
    VolumeStore store = Driver.started(linux, config, second("a"), second("b"));
    for (int i = 0; i < 4; i++) {
      for (String pool : List.of("default", "a", "b")) {
        store.create(in(pool, pool + i));
      }
    }

    List<String> ids = new java.util.ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      var page = store.list(5, token);
      page.entries().forEach(entry -> ids.add(entry.id().text()));
      token = page.nextToken();
    } while (token.isPresent());

    assertThat(ids).hasSize(12).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void anEntryWhoseNameIsNoIdIsNoVolumeAndStays() throws Exception {
    Driver.started(linux, config).close();
    linux.disk().makeDirectory(layout.volumes().resolve("notes"));
    linux.disk().makeDirectory(layout.volumes().resolve("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"));

    VolumeStore store = Driver.started(linux, config);
    sweep(store);

    assertThat(store.list(0, Optional.empty()).entries()).isEmpty();
    assertThat(linux.disk().list(layout.volumes())).hasSize(2);
    assertThat(store.foreign(PoolName.DEFAULT))
        .as("one of another pool")
        .containsExactly(layout.volumes().resolve("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"));
  }

  private static VolumeSpec in(String pool, String name) {
    return new VolumeSpec(
        new Name(name),
        Optional.of(new PoolName(pool)),
        SHAPE,
        new CapacityRange(64 * MIB, 0),
        new VolumeSource.Empty());
  }
}
