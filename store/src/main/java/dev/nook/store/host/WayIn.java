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

/// The way into one pool, and out of it again; for the thread that may wait for its disk. A pool
/// that cannot be had is closed, and no error on the way reaches another pool.
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

  /// Held on the way in, for as long as the disk takes; a status or a stop never waits for it.
  private final ReentrantLock opening = new ReentrantLock();

  /// What this driver has served here.
  private Optional<Entrance.Served> served = Optional.empty();

  /// The pool as it was before it was closed; its calls may still run.
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

  /// Goes into the pool: locks, FORMAT. A pool that cannot be had is closed, and says why; so is
  /// one that somebody else holds for longer than the patience.
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

  /// Reads what is there, and closes a pool that cannot be read.
  ///
  /// @param hasTwin whether another pool of this node has the same UUID
  List<Complaint> scan(BooleanSupplier hasTwin) {
    Optional<Pool> pool = life.entered().filter(one -> !one.scanned());
    return pool.isEmpty() ? List.of() : opened(() -> read(pool.get(), hasTwin));
  }

  /// Housekeeping of a pool that is served, or another try to serve it: the reason why it is closed
  /// may have gone.
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
            life.name(), "calls that began before it was closed have not ended");
      }
      Pool pool = enter(new Patience(Duration.ZERO));
      read(pool, hasTwin);
      life.entered(pool);
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
    return "another pool of this node has the UUID %s too; one of them is a copy"
        .formatted(life.uuid().map(UUID::toString).orElse("?"));
  }

  /// Gives up the locks: an administrator's command, or another driver, may want them.
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

  /// Gives up the locks for good, whatever the way in waits for.
  void release() {
    letGo(entrance.locks()::end);
  }

  private static void letGo(Complaints.Step locks) {
    try {
      locks.run();
    } catch (IOException _) {
      // close(2) frees the descriptor, and with it the lock, whatever it answers.
    }
  }
}
