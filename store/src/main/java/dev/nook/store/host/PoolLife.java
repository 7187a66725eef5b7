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

/// Where one configured pool is in its life: starting, then entered or closed. Whoever asks gets an
/// answer from memory, whatever the pool's disk does; [WayIn] alone changes it.
final class PoolLife {
  private sealed interface State {
    record Starting() implements State {}

    record Closed(String why) implements State {}

    record Entered(Pool pool) implements State {}
  }

  private final PoolConfig config;
  private volatile State state = new State.Starting();
  private volatile Optional<UUID> uuid = Optional.empty();

  /// What lies in a pool that was closed before its FORMAT was read.
  private volatile Optional<Set<String>> entries = Optional.empty();

  PoolLife(PoolConfig config) {
    this.config = config;
  }

  PoolName name() {
    return config.name();
  }

  /// The pool's UUID as its FORMAT last said, whether or not the pool may be used.
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

  /// Why it is closed; empty when it is not.
  Optional<String> closed() {
    return state() instanceof State.Closed(var why) ? Optional.of(why) : Optional.empty();
  }

  Optional<Pool> entered() {
    return state() instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// The pool that was entered and has not been left, even if it has lost its place.
  Optional<Pool> notLeft() {
    return state instanceof State.Entered(var pool) ? Optional.of(pool) : Optional.empty();
  }

  /// A pool that has lost its place is closed from that moment on.
  private State state() {
    return state instanceof State.Entered(var pool) && pool.root().lost().isPresent()
        ? new State.Closed(pool.root().lost().get())
        : state;
  }

  /// `Unavailable` before the lock is held and FORMAT is read, `NotReady` when closed.
  Pool require() throws StorageException {
    return switch (state()) {
      case State.Starting _ ->
          throw new StorageException.Unavailable("pool %s is still starting".formatted(name()));
      case State.Closed(var why) ->
          throw new StorageException.NotReady(name(), "it is closed: " + why);
      case State.Entered(var pool) -> pool;
    };
  }

  /// As [#require]; `Unavailable` too until every record of it has been read.
  Pool requireRead() throws StorageException {
    Pool pool = require();
    if (!pool.scanned()) {
      throw new StorageException.Unavailable(
          "pool %s is still being read; retry".formatted(name()));
    }
    return pool;
  }

  /// Whether an id that is no other pool's can belong to this one. Of a pool whose FORMAT nobody
  /// could read, its folders say it; one that nobody could look into may hold anything.
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

  /// Nobody has gone in yet.
  boolean isNew() {
    return state instanceof State.Starting;
  }

  /// FORMAT was read, or could not be.
  void identified(Optional<UUID> found) {
    uuid = found;
  }

  void entered(Pool pool) {
    state = new State.Entered(pool);
  }

  void closed(String why) {
    state = new State.Closed(why);
  }

  /// @param names what lies in it; empty when nobody could look
  void unidentified(Optional<Set<String>> names) {
    entries = names;
  }
}
