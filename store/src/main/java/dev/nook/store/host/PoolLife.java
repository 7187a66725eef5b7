package dev.nook.store.host;

import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import dev.nook.store.pool.Pool;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The state of one configured pool: starting, then open or closed. It is read from memory,
/// whatever the pool's disk does; only [WayIn] changes it.
final class PoolLife {
  private sealed interface State {
    record Starting() implements State {}

    record Closed(String why) implements State {}

    record Entered(Pool pool) implements State {}
  }

  private final PoolConfig config;
  private volatile State state = new State.Starting();
  private volatile Optional<UUID> uuid = Optional.empty();

  /// The names of the folders of a pool that was closed before its FORMAT was read.
  private volatile Optional<Set<String>> entries = Optional.empty();

  PoolLife(PoolConfig config) {
    this.config = config;
  }

  PoolName name() {
    return config.name();
  }

  /// Returns the pool's UUID as its FORMAT last said, whether or not the pool may be used.
  Optional<UUID> uuid() {
    return uuid;
  }

  Optional<PoolTag> tag() {
    return uuid.map(PoolTag::of);
  }

  boolean isStarting() {
    return switch (state()) {
      case State.Starting _ -> true;
      case State.Closed _ -> false;
      case State.Entered(var pool) -> !pool.scanned();
    };
  }

  /// Returns why it is closed; empty when it is not.
  Optional<String> closed() {
    return state() instanceof State.Closed(var why) ? Optional.of(why) : Optional.empty();
  }

  Optional<Pool> entered() {
    return state() instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// Returns the pool that was opened and not closed since, even if it has lost its place.
  Optional<Pool> notLeft() {
    return state instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// Returns the state; a pool that has lost its place counts as closed.
  private State state() {
    return state instanceof State.Entered(var pool) && pool.root().lost().isPresent()
        ? new State.Closed(pool.root().lost().get())
        : state;
  }

  /// Returns the open pool. Throws `Unavailable` until the lock is held and FORMAT is read,
  /// `NotReady` when closed.
  Pool require() throws StorageException {
    return switch (state()) {
      case State.Starting _ ->
          throw new StorageException.Unavailable("pool %s is still starting".formatted(name()));
      case State.Closed(var why) ->
          throw new StorageException.NotReady(name(), "it is closed: " + why);
      case State.Entered(var pool) -> pool;
    };
  }

  /// Returns the open pool as [#require] does, but throws `Unavailable` also until all its records
  /// are read.
  Pool requireRead() throws StorageException {
    Pool pool = require();
    if (!pool.scanned()) {
      throw new StorageException.Unavailable(
          "pool %s is still being read; retry".formatted(name()));
    }
    return pool;
  }

  /// Whether an id that is no other pool's can belong to this one. Where FORMAT could not be read,
  /// the names of the pool's folders decide; a pool that could not be looked into may hold any id.
  boolean holds(StoredId id) {
    if (id.tag().isEmpty()) {
      return false;
    }
    return uuid.isPresent()
        ? tag().equals(id.tag())
        : entries.map(names -> names.contains(id.text())).orElse(true);
  }

  PoolStatus status() {
    return switch (state()) {
      case State.Entered(var pool) -> pool.status();
      case State.Starting _ -> idle(new PoolStatus.Health.Starting());
      case State.Closed(var why) -> idle(new PoolStatus.Health.Closed(why));
    };
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

  /// Whether nobody has tried to open it yet.
  boolean isNew() {
    return state instanceof State.Starting;
  }

  /// Notes the UUID from FORMAT, or that FORMAT could not be read.
  void identified(Optional<UUID> found) {
    uuid = found;
  }

  void entered(Pool pool) {
    state = new State.Entered(pool);
  }

  void closed(String why) {
    state = new State.Closed(why);
  }

  /// @param names the names of its entries; empty when it could not be looked into
  void unidentified(Optional<Set<String>> names) {
    entries = names;
  }
}
