package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.mount.MountView;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looks;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.opening.Entrance;
import dev.nook.store.pool.Pool;
import dev.nook.store.pool.PoolParts;
import dev.nook.store.record.Format;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Complaints;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// One configured pool through its life: starting, then entered or closed. No error on the way in
/// reaches another pool.
public final class PoolSite {
  private sealed interface State {
    record Starting() implements State {}

    record Closed(String why) implements State {}

    record Entered(Pool pool) implements State {}
  }

  private interface Way {
    void go() throws StorageException, PoolHeld, IOException;
  }

  private final PoolConfig config;
  private final Linux linux;
  private final Disk disk;
  private final Clock clock;
  private final Layout layout;
  private final Backends<Backend> backends;
  private final Entrance entrance;
  private final RefusedVolumes refused = new RefusedVolumes();

  /// Held on the way in, for as long as the disk takes; a status or a stop never waits for it.
  private final ReentrantLock opening = new ReentrantLock();

  private volatile State state = new State.Starting();
  private volatile Optional<UUID> uuid = Optional.empty();

  /// What this driver has served here; for the way in alone.
  private Optional<Entrance.Served> served = Optional.empty();

  /// The pool as it was before it was closed; its calls may still run. For the way in alone.
  private Optional<Pool> left = Optional.empty();

  /// What the last sweep failed of.
  private volatile List<Complaint> complaints = List.of();

  /// What lies in a pool that was closed before its FORMAT was read.
  private volatile Optional<Set<String>> entries = Optional.empty();

  public PoolSite(
      PoolConfig config, String node, Linux linux, Clock clock, Backends<Backend> backends) {
    this.config = config;
    this.linux = linux;
    this.disk = linux.disk();
    this.clock = clock;
    this.layout = new Layout(config.path());
    this.backends = backends;
    this.entrance = new Entrance(config, node, linux, clock);
  }

  public PoolName name() {
    return config.name();
  }

  public PoolConfig config() {
    return config;
  }

  public Layout layout() {
    return layout;
  }

  public Backends<Backend> backends() {
    return backends;
  }

  public Entrance entrance() {
    return entrance;
  }

  /// The pool's UUID as its FORMAT last said, whether or not the pool may be used.
  public Optional<UUID> uuid() {
    return uuid;
  }

  public Optional<PoolTag> tag() {
    return uuid.map(PoolTag::of);
  }

  public boolean starting() {
    return switch (state()) {
      case State.Starting _ -> true;
      case State.Closed _ -> false;
      case State.Entered(var pool) -> !pool.scanned();
    };
  }

  public Optional<String> closed() {
    return state() instanceof State.Closed(var why) ? Optional.of(why) : Optional.empty();
  }

  public Optional<Pool> entered() {
    return state() instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// A pool that has lost its place is closed from that moment on.
  private State state() {
    return state instanceof State.Entered(var pool) && pool.root().lost().isPresent()
        ? new State.Closed(pool.root().lost().get())
        : state;
  }

  /// `Unavailable` before the lock is held and FORMAT is read, `NotReady` when closed.
  public Pool require() throws StorageException {
    return switch (state()) {
      case State.Starting _ ->
          throw new StorageException.Unavailable("pool %s is still starting".formatted(name()));
      case State.Closed(var why) ->
          throw new StorageException.NotReady(name(), "it is closed: " + why);
      case State.Entered(var pool) -> pool;
    };
  }

  /// As [#require]; `Unavailable` too until every record of it has been read.
  public Pool requireRead() throws StorageException {
    Pool pool = require();
    if (!pool.scanned()) {
      throw new StorageException.Unavailable(
          "pool %s is still being read; retry".formatted(name()));
    }
    return pool;
  }

  /// Goes into the pool: locks, FORMAT. A pool that cannot be had is closed, and says why; so is
  /// one that somebody else holds for longer than the patience.
  public void open(Patience patience) throws PoolHeld {
    opening.lock();
    try {
      if (state instanceof State.Starting) {
        state = new State.Entered(enter(patience));
      }
    } catch (StorageException | IOException | RuntimeException e) {
      failed(e);
    } catch (PoolHeld | Error e) {
      failed(e);
      throw e;
    } finally {
      opening.unlock();
    }
  }

  /// Reads what is there, and closes a pool that cannot be read.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  public List<Complaint> scan(BooleanSupplier hasTwin) {
    Optional<Pool> pool = entered().filter(one -> !one.scanned());
    return pool.isEmpty() ? List.of() : opened(() -> read(pool.get(), hasTwin));
  }

  /// Housekeeping of a pool that is served, or another try to serve it: the reason why it is closed
  /// may have gone.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  public List<Complaint> sweep(BooleanSupplier hasTwin) {
    complaints = swept(hasTwin);
    return complaints;
  }

  private List<Complaint> swept(BooleanSupplier hasTwin) {
    Optional<Pool> pool = entered();
    List<Complaint> met =
        pool.isEmpty() ? List.of() : pool.get().scanned() ? pool.get().sweep() : scan(hasTwin);
    if (state() instanceof State.Closed(var why) && state instanceof State.Entered) {
      close(why); // Tried again by the next sweep.
    } else if (state instanceof State.Closed) {
      return pool.isEmpty() ? reopen(hasTwin) : met;
    }
    return met;
  }

  private List<Complaint> reopen(BooleanSupplier hasTwin) {
    return opened(() -> {
      if (left.filter(pool -> pool.root().busy()).isPresent()) {
        throw new StorageException.NotReady(
            name(), "calls that began before it was closed have not ended");
      }
      Pool pool = enter(new Patience(Duration.ZERO));
      read(pool, hasTwin);
      state = new State.Entered(pool);
    });
  }

  /// Takes a way in to its end, or closes the pool. Reasons that somebody foresaw show in the
  /// pool's status; any other is a complaint too.
  private List<Complaint> opened(Way way) {
    opening.lock();
    try {
      way.go();
      return List.of();
    } catch (StorageException | PoolHeld | IOException e) {
      failed(e);
      return List.of();
    } catch (RuntimeException | StackOverflowError e) {
      failed(e);
      return List.of(new Complaint("reading it", e));
    } catch (Error e) {
      failed(e);
      throw e;
    } finally {
      opening.unlock();
    }
  }

  private Pool enter(Patience patience) throws StorageException, PoolHeld, IOException {
    Format format = identify(patience);
    entrance.requireThisNode(format);
    PoolTag tag = PoolTag.of(format.pool());
    Looks.look(backends, true);
    return new PoolParts(config, tag, backends, linux, clock)
        .build(entrance.root(), entrance.ownsFileSystem());
  }

  /// What FORMAT said before holds for as long as nothing else is known.
  private Format identify(Patience patience) throws StorageException, PoolHeld, IOException {
    Optional<UUID> found = Optional.empty();
    try {
      Format format = entrance.enter(patience, served);
      found = Optional.of(format.pool());
      return format;
    } finally {
      uuid = found;
    }
  }

  private void read(Pool pool, BooleanSupplier hasTwin) throws StorageException, IOException {
    if (hasTwin.getAsBoolean()) {
      throw new StorageException.NotReady(name(), twin());
    }
    entrance.locks().requireWanted();
    pool.scan();
    served = uuid.map(known -> new Entrance.Served(known, pool.root().location()));
  }

  public void closeTwin() {
    close(twin());
  }

  /// Gives up the locks: an administrator's command, or another driver, may want them.
  private void close(String why) {
    if (state instanceof State.Entered(var pool)) {
      pool.root().leave(why);
      left = Optional.of(pool);
    }
    state = new State.Closed(why);
    letGo(entrance.locks()::release);
  }

  private void failed(Throwable cause) {
    close(Complaint.words(cause));
    if (uuid.isEmpty()) {
      entries = look();
    }
  }

  /// Gives up the locks for good, whatever the way in waits for.
  public void release() {
    letGo(entrance.locks()::end);
  }

  private static void letGo(Complaints.Step locks) {
    try {
      locks.run();
    } catch (IOException _) {
      // close(2) frees the descriptor, and with it the lock, whatever it answers.
    }
  }

  /// Whether an id that is no other pool's can belong to this one; from memory alone. Of a pool
  /// whose FORMAT nobody could read, its folders say it; one that nobody could look into may hold
  /// anything.
  public boolean holds(StoredId id) {
    if (id.tag().isEmpty()) {
      return false;
    }
    return uuid.isPresent()
        ? tag().equals(id.tag())
        : entries.map(names -> names.contains(id.text())).orElse(true);
  }

  private Optional<Set<String>> look() {
    try {
      Set<String> names = new HashSet<>(disk.list(layout.volumes()));
      names.addAll(disk.list(layout.snapshots()));
      return Optional.of(names);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Asks the disk and the kernel; whoever calls it may wait for them.
  ///
  /// @param mayHold whether an id can belong to this pool
  public PoolSample sample(Predicate<VolumeId> mayHold) throws IOException {
    Looks.look(backends, served.isEmpty() || entered().isPresent());
    MountView view = linux.mounts().view();
    Set<VolumeId> attached = Looks.attached(backends, view, mayHold);
    Optional<Pool> pool = entered().filter(Pool::scanned);
    return pool.isEmpty()
        ? PoolSample.of(status(), attached.size())
        : new PoolSample(
            status(),
            attached.size(),
            pool.get().largestExtents(),
            PoolFaults.seen(config, linux.fileSystems(), complaints),
            new VolumeFaults(layout, backends, pool.get().catalogue(), refused, view).of(attached));
  }

  public RefusedVolumes refused() {
    return refused;
  }

  public PoolStatus status() {
    return switch (state()) {
      case State.Entered(var pool) -> pool.status();
      case State.Starting _ -> idle(new PoolStatus.Health.Starting());
      case State.Closed(var why) -> idle(new PoolStatus.Health.Closed(why));
    };
  }

  private String twin() {
    return "another pool of this node has the UUID %s too; one of them is a copy"
        .formatted(uuid.map(UUID::toString).orElse("?"));
  }

  private PoolStatus idle(PoolStatus.Health health) {
    return new PoolStatus(
        name(),
        config.path(),
        tag(),
        health,
        Optional.empty(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        config.limits());
  }
}
