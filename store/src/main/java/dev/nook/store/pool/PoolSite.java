package dev.nook.store.pool;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.PoolName;
import dev.nook.store.PoolSample;
import dev.nook.store.PoolStatus;
import dev.nook.store.PoolTag;
import dev.nook.store.StorageException;
import dev.nook.store.StoredId;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Format;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// One configured pool through its life: starting, then entered or closed. No error on the way in
/// reaches another pool.
final class PoolSite {
  private sealed interface State {
    record Starting() implements State {}

    record Closed(String why) implements State {}

    record Entered(Pool pool) implements State {}
  }

  private interface Step {
    void run() throws StorageException, PoolHeld, IOException;
  }

  private final PoolConfig config;
  private final Linux linux;
  private final Disk disk;
  private final Clock clock;
  private final Layout layout;
  private final Backends backends;
  private final Entrance entrance;
  private volatile State state = new State.Starting();
  private volatile Optional<UUID> uuid = Optional.empty();

  PoolSite(PoolConfig config, String node, Linux linux, Clock clock, Backends backends) {
    this.config = config;
    this.linux = linux;
    this.disk = linux.disk();
    this.clock = clock;
    this.layout = new Layout(config.path());
    this.backends = backends;
    this.entrance = new Entrance(config, node, linux, clock);
  }

  PoolName name() {
    return config.name();
  }

  Layout layout() {
    return layout;
  }

  Backends backends() {
    return backends;
  }

  Entrance entrance() {
    return entrance;
  }

  /// The pool's UUID as its FORMAT last said, whether or not the pool may be used.
  Optional<UUID> uuid() {
    return uuid;
  }

  Optional<PoolTag> tag() {
    return uuid.map(PoolTag::of);
  }

  boolean starting() {
    return switch (state) {
      case State.Starting _ -> true;
      case State.Closed _ -> false;
      case State.Entered(var pool) -> !pool.scanned();
    };
  }

  Optional<String> closed() {
    return state instanceof State.Closed(var why) ? Optional.of(why) : Optional.empty();
  }

  Optional<Pool> entered() {
    return state instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// `Unavailable` before the lock is held and FORMAT is read, `NotReady` when closed.
  Pool require() throws StorageException {
    return switch (state) {
      case State.Starting _ ->
          throw new StorageException.Unavailable("pool %s is still starting".formatted(name()));
      case State.Closed(var why) ->
          throw new StorageException.NotReady("pool " + name(), "it is closed: " + why);
      case State.Entered(var pool) -> pool;
    };
  }

  synchronized void lockImage(Patience patience) throws PoolHeld {
    step(() -> entrance.lockImage(patience));
  }

  synchronized void mountImage() throws PoolHeld {
    step(entrance::mountImage);
  }

  synchronized void lockPool(Patience patience) throws PoolHeld {
    step(() -> entrance.lockPool(patience));
  }

  synchronized void enter() throws PoolHeld {
    step(() -> state = new State.Entered(pool()));
  }

  synchronized void scan() {
    Optional<Pool> pool = entered();
    if (pool.isPresent() && !pool.get().scanned()) {
      try {
        pool.get().scan();
      } catch (IOException e) {
        close(String.valueOf(e.getMessage()));
      }
    }
  }

  /// Tries a closed pool again: the reason may have gone.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  synchronized void reopen(BooleanSupplier hasTwin) {
    try {
      entrance.lockImage(new Patience(Duration.ZERO));
      entrance.mountImage();
      entrance.lockPool(new Patience(Duration.ZERO));
      Pool pool = pool();
      if (hasTwin.getAsBoolean()) {
        close(twin());
        return;
      }
      pool.scan();
      state = new State.Entered(pool);
    } catch (StorageException | PoolHeld | IOException e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  synchronized void closeTwin() {
    close(twin());
  }

  /// Gives up the locks: an administrator's command, or another driver, may want them.
  private void close(String why) {
    state = new State.Closed(why);
    release();
  }

  synchronized void release() {
    try {
      entrance.release();
    } catch (IOException _) {
      // close(2) frees the descriptor, and with it the lock, whatever it answers.
    }
  }

  /// Whether an id can belong to this pool. One whose UUID nobody could read is looked into, and
  /// one that cannot be looked into may hold anything.
  boolean holds(StoredId id) {
    if (id.tag().isEmpty()) {
      return false;
    }
    if (uuid.isPresent()) {
      return tag().equals(id.tag());
    }
    try {
      return disk.stat(layout.home(id).directory()).isPresent();
    } catch (IOException _) {
      return true;
    }
  }

  Set<VolumeId> attached() throws IOException {
    Set<VolumeId> ids = new HashSet<>();
    for (Backend backend : backends.all()) {
      for (VolumeId id : backend.attached()) {
        if (holds(id)) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new HashMap<>();
    for (Backend backend : backends.all()) {
      for (Map.Entry<Mounts.Entry, VolumeId> one : backend.shownBy(mounts).entrySet()) {
        if (holds(one.getValue())) {
          shown.put(one.getKey(), one.getValue());
        }
      }
    }
    return shown;
  }

  /// Asks the disk and the kernel; whoever calls it may wait for them.
  PoolSample sample() throws IOException {
    Optional<Pool> pool = entered().filter(Pool::scanned);
    return new PoolSample(
        status(), attached().size(), pool.isPresent() ? pool.get().largestExtents() : 0);
  }

  PoolStatus status() {
    return switch (state) {
      case State.Entered(var pool) -> pool.status();
      case State.Starting _ -> idle(new PoolStatus.Health.Starting());
      case State.Closed(var why) -> idle(new PoolStatus.Health.Closed(why));
    };
  }

  private void step(Step step) throws PoolHeld {
    if (state instanceof State.Starting) {
      try {
        step.run();
      } catch (StorageException | IOException e) {
        close(String.valueOf(e.getMessage()));
      }
    }
  }

  private Pool pool() throws StorageException, IOException {
    uuid = Optional.empty();
    Format format = entrance.format();
    uuid = Optional.of(format.pool());
    entrance.requireThisNode(format);
    PoolTag tag = PoolTag.of(format.pool());
    return new Pool(config, tag, entrance.ownsFileSystem(), backends, linux, clock);
  }

  private String twin() {
    return "another pool of this node has the UUID %s too; one of them is a copy"
        .formatted(uuid.map(UUID::toString).orElse("?"));
  }

  private PoolStatus idle(PoolStatus.Health health) {
    return new PoolStatus(
        name(), config.path(), tag(), health, Optional.empty(), 0, 0, 0, 0, 0, 0, 0, 0);
  }
}
