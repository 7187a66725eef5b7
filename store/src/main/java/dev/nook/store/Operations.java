package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Keeps two calls from working on one volume, or at one path, at once. An operation holds its id
/// and its paths alone and pins its sources shared; all or nothing, never waiting, so there is no
/// order to keep and no deadlock. A call equal to the running one joins it and shares its result;
/// any other overlap is [StorageException.OperationPending] at once. The work belongs to the first
/// caller's thread: a client that goes away ends only its own wait.
///
/// A copy whose origin does not have to be still lets calls through that only show or hide it.
public final class Operations {
  /// One piece of work.
  public interface Work<T> {
    T run() throws StorageException, IOException;
  }

  /// Work that copies what it pins; it may say that its pins can be shown and hidden from now on.
  public interface Copying<T> {
    T run(Runnable showable) throws StorageException, IOException;
  }

  private enum Kind {
    CHANGES,
    SHOWS
  }

  /// A call that is under way.
  private static final class Running {
    private final StoredId id;
    private final Set<Path> paths;
    private final Set<? extends StoredId> pins;
    private final Kind kind;
    private final Record request;
    private final FutureTask<Object> task;

    private volatile boolean pinsShowable;

    Running(
        StoredId id,
        Set<Path> paths,
        Set<? extends StoredId> pins,
        Kind kind,
        Record request,
        Copying<?> copying) {
      this.id = id;
      this.paths = paths;
      this.pins = pins;
      this.kind = kind;
      this.request = request;
      this.task = new FutureTask<>(() -> copying.run(() -> pinsShowable = true));
    }

    boolean overlaps(Running other) {
      return id.equals(other.id)
          || !Collections.disjoint(paths, other.paths)
          || keepsOut(other)
          || other.keepsOut(this);
    }

    private boolean keepsOut(Running other) {
      return pins.contains(other.id) && !(pinsShowable && other.kind == Kind.SHOWS);
    }

    boolean isSameCallAs(Running other) {
      return id.equals(other.id) && request.equals(other.request);
    }

    /// The call's name, and its path where that is what another call cannot have.
    String shownTo(Running other) {
      String call = request.getClass().getSimpleName();
      return paths.stream()
          .filter(other.paths::contains)
          .findFirst()
          .map(path -> "%s of %s at %s".formatted(call, id, path))
          .orElse(call);
    }
  }

  private final Duration patience;
  private final List<Running> running = new ArrayList<>();

  /// @param patience how long a joiner waits for the call that it joined
  public Operations(Duration patience) {
    this.patience = patience;
  }

  /// Runs the work, or joins the equal call that runs already.
  ///
  /// @param request its class names the call, its equality says what "the same call" is
  public <T> T run(StoredId id, Set<? extends StoredId> pins, Record request, Work<T> work)
      throws StorageException, IOException {
    return joined(new Running(id, Set.of(), pins, Kind.CHANGES, request, _ -> work.run()));
  }

  /// As [#run], for work at paths that a CO chose.
  ///
  /// @param paths by their real names
  public <T> T runAt(StoredId id, Set<Path> paths, Record request, Work<T> work)
      throws StorageException, IOException {
    return joined(new Running(id, paths, Set.of(), Kind.CHANGES, request, _ -> work.run()));
  }

  /// As [#runAt], for work that shows or hides a volume and neither attaches nor detaches one that
  /// is in use.
  public <T> T showAt(StoredId id, Set<Path> paths, Record request, Work<T> work)
      throws StorageException, IOException {
    return joined(new Running(id, paths, Set.of(), Kind.SHOWS, request, _ -> work.run()));
  }

  /// As [#run], for work that copies what it pins.
  public <T> T copy(StoredId id, Set<? extends StoredId> pins, Record request, Copying<T> copying)
      throws StorageException, IOException {
    return joined(new Running(id, Set.of(), pins, Kind.CHANGES, request, copying));
  }

  private <T> T joined(Running mine) throws StorageException, IOException {
    Running other = enter(mine);
    if (other == mine) {
      try {
        mine.task.run();
      } finally {
        leave(mine);
      }
    } else if (!other.isSameCallAs(mine)) {
      throw new StorageException.OperationPending(mine.id, other.shownTo(mine));
    }
    return this.<T>result(other, other == mine ? Duration.ZERO : patience);
  }

  private synchronized Running enter(Running mine) {
    for (Running other : running) {
      if (other.overlaps(mine)) {
        return other;
      }
    }
    running.add(mine);
    return mine;
  }

  private synchronized void leave(Running mine) {
    running.remove(mine);
  }

  @SuppressWarnings("unchecked") // An equal request on the same id runs the same work.
  private <T> T result(Running call, Duration wait) throws StorageException, IOException {
    try {
      return (T) call.task.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StorageException.OperationPending(call.id, call.request.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException.Unavailable("the driver is stopping");
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static IOException rethrown(@Nullable Throwable cause)
      throws StorageException, IOException {
    switch (cause) {
      case StorageException e -> throw e;
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new AssertionError("work throws nothing else", cause);
    }
  }
}
