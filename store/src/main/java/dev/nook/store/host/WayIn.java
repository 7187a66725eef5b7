package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looks;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import dev.nook.store.id.PoolTag;
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

/// Opens and closes one pool, on the thread that may wait for its disk. A pool that cannot be
/// opened is closed, and an error meanwhile reaches no other pool.
final class WayIn {
  private interface Way {
    void go() throws StorageException, PoolHeld, IOException;
  }

  private final PoolConfig config;
  private final Linux linux;
  private final Clock clock;
  private final Layout layout;
  private final Backends<Backend> backends;
  private final Entrance entrance;
  private final PoolLife life;

  /// Held while the pool is opened, for as long as the disk takes; a status or a stop does not wait
  /// for it.
  private final ReentrantLock opening = new ReentrantLock();

  /// What this driver has served here before.
  private Optional<Entrance.Served> served = Optional.empty();

  /// The pool as it was before it was closed, whose calls may still run.
  private Optional<Pool> left = Optional.empty();

  WayIn(
      PoolConfig config,
      Linux linux,
      Clock clock,
      Layout layout,
      Backends<Backend> backends,
      Entrance entrance,
      PoolLife life) {
    this.config = config;
    this.linux = linux;
    this.clock = clock;
    this.layout = layout;
    this.backends = backends;
    this.entrance = entrance;
    this.life = life;
  }

  /// Opens the pool: takes its lock and reads FORMAT. A pool that cannot be opened is closed with
  /// the reason. Throws PoolHeld when somebody else holds the lock for longer than the patience.
  void open(Patience patience) throws PoolHeld {
    opening.lock();
    try {
      if (life.isNew()) {
        life.entered(enter(patience));
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

  /// Reads the pool's records, and closes a pool that cannot be read.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  List<Complaint> scan(BooleanSupplier hasTwin) {
    Optional<Pool> pool = life.entered().filter(one -> !one.scanned());
    return pool.isEmpty() ? List.of() : opened(() -> read(pool.get(), hasTwin));
  }

  /// Does the housekeeping of an open pool, or tries again to open a closed one.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  List<Complaint> sweep(BooleanSupplier hasTwin) {
    Optional<Pool> pool = life.entered();
    List<Complaint> met =
        pool.isEmpty() ? List.of() : pool.get().scanned() ? pool.get().sweep() : scan(hasTwin);
    Optional<String> closed = life.closed();
    if (closed.isPresent() && life.notLeft().isPresent()) {
      close(closed.get()); // Tried again by the next sweep.
    } else if (closed.isPresent()) {
      return pool.isEmpty() ? reopen(hasTwin) : met;
    }
    return met;
  }

  private List<Complaint> reopen(BooleanSupplier hasTwin) {
    return opened(() -> {
      if (left.filter(pool -> pool.root().busy()).isPresent()) {
        throw new StorageException.NotReady(
            life.name(), "calls that began before it was closed are still running");
      }
      Pool pool = enter(new Patience(Duration.ZERO));
      read(pool, hasTwin);
      life.entered(pool);
    });
  }

  /// Runs one way to open the pool, or closes the pool. Expected reasons show in the pool's status;
  /// any other is also a complaint.
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

  /// Reads FORMAT; what it said before stays in force until something else is known.
  private Format identify(Patience patience) throws StorageException, PoolHeld, IOException {
    Optional<UUID> found = Optional.empty();
    try {
      Format format = entrance.enter(patience, served);
      found = Optional.of(format.pool());
      return format;
    } finally {
      life.identified(found);
    }
  }

  private void read(Pool pool, BooleanSupplier hasTwin) throws StorageException, IOException {
    if (hasTwin.getAsBoolean()) {
      throw new StorageException.NotReady(life.name(), twin());
    }
    entrance.locks().requireWanted();
    pool.scan();
    served = life.uuid().map(known -> new Entrance.Served(known, pool.root().location()));
  }

  void closeTwin() {
    close(twin());
  }

  private String twin() {
    return "another pool of this node also has the UUID %s; one of them is a copy"
        .formatted(life.uuid().map(UUID::toString).orElse("?"));
  }

  /// Releases the locks: an administrator's command, or another driver, may need them.
  private void close(String why) {
    Optional<Pool> pool = life.notLeft();
    if (pool.isPresent()) {
      pool.get().root().leave(why);
      left = pool;
    }
    life.closed(why);
    letGo(entrance.locks()::release);
  }

  private void failed(Throwable cause) {
    close(Complaint.words(cause));
    if (life.uuid().isEmpty()) {
      life.unidentified(look());
    }
  }

  private Optional<Set<String>> look() {
    Disk disk = linux.disk();
    try {
      Set<String> names = new HashSet<>(disk.list(layout.volumes()));
      names.addAll(disk.list(layout.snapshots()));
      return Optional.of(names);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether the pool's path shows the pool, as far as this driver knows.
  boolean isHere() {
    return served.isEmpty() || life.entered().isPresent();
  }

  /// Releases the locks for good, whatever an opening waits for.
  void release() {
    letGo(entrance.locks()::end);
  }

  private static void letGo(Complaints.Step locks) {
    try {
      locks.run();
    } catch (IOException _) {
      // close(2) frees the descriptor, and with it the lock, even if it fails.
    }
  }
}
