package dev.nook.store.trash;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Filling;
import dev.nook.store.backend.Templating;
import dev.nook.store.catalog.VolumeCatalogue;
import dev.nook.store.guard.Health;
import dev.nook.store.record.Home;
import dev.nook.store.space.Entry;
import dev.nook.store.space.Ledger;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.steps.Complaints;
import dev.nook.store.steps.Patience;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// Makes the empty volumes of one pool: from a template where there is one, and otherwise from
/// nothing, of which a template is made then. Templates lie in `staging/`, so that none outlives
/// its driver. They take no space that a call needs, and no volume fails for want of one.
public final class Templates {
  public static final int MOST = 8;

  private static final Duration DROPPING = Duration.ofSeconds(10);

  private interface Change {
    void run() throws IOException;
  }

  private final Disk disk;
  private final Ledger ledger;
  private final Policies policies;
  private final Staging staging;
  private final Trash trash;
  private final VolumeCatalogue volumes;

  /// The templates, the least recently used first.
  private final Map<Templating.Key, Home> kept =
      Collections.synchronizedMap(new LinkedHashMap<>(MOST, 0.75f, true));

  /// Held while one is made or dropped. Using one needs no lock: one that goes meanwhile is treated
  /// like one that is damaged.
  private final ReentrantLock changing = new ReentrantLock();

  /// How many calls need the space of all templates: none is made meanwhile.
  private final AtomicInteger wanting = new AtomicInteger();

  private volatile boolean sharing = true;

  public Templates(
      Disk disk,
      Policies policies,
      Ledger ledger,
      Staging staging,
      Trash trash,
      VolumeCatalogue volumes) {
    this.disk = disk;
    this.policies = policies;
    this.ledger = ledger;
    this.staging = staging;
    this.trash = trash;
    this.volumes = volumes;
  }

  /// As [Filling#create].
  public Content create(Filling backend, Home staged, Shape shape, long bytes) throws IOException {
    Optional<Templating> how = backend.templating().filter(_ -> sharing);
    Optional<Templating.Key> key =
        how.isPresent() ? key(how.get(), shape, bytes) : Optional.empty();
    return key.isPresent()
        ? create(backend, how.get(), key.get(), staged, shape)
        : backend.create(staged, shape, bytes);
  }

  private static Optional<Templating.Key> key(Templating how, Shape shape, long bytes)
      throws IOException {
    try {
      return how.key(shape, bytes);
    } catch (IOException e) {
      requireDisk(e);
      return Optional.empty();
    }
  }

  private Content create(
      Filling backend, Templating how, Templating.Key key, Home staged, Shape shape)
      throws IOException {
    Home template = kept.get(key);
    if (template != null) {
      Optional<Content> content = create(how, template, staged, shape, key.bytes());
      if (content.isPresent()) {
        return content.get();
      }
      change(() -> drop(key, template));
    }
    Content content = backend.create(staged, shape, key.bytes());
    long bytes = policies.allocatedBytes(staged).orElse(key.bytes());
    change(() -> makeTemplate(how, key, staged, bytes));
    return content;
  }

  private static Optional<Content> create(
      Templating how, Home template, Home staged, Shape shape, long bytes) throws IOException {
    try {
      return Optional.of(how.create(template, staged, shape, bytes));
    } catch (IOException e) {
      requireDisk(e);
      return Optional.empty();
    }
  }

  /// Makes or drops a template unless another thread does so now. A volume does not wait for a
  /// template, nor fail without one, unless it is the disk that fails.
  private void change(Change change) throws IOException {
    if (!changing.tryLock()) {
      return;
    }
    try {
      if (wanting.get() == 0) {
        change.run();
      }
    } catch (IOException e) {
      requireDisk(e);
      sharing &= !(e instanceof SystemCallException call && call.is(Errno.EOPNOTSUPP));
    } finally {
      changing.unlock();
    }
  }

  private static void requireDisk(IOException e) throws IOException {
    if (Health.losesWrites(e)) {
      throw e;
    }
  }

  /// Makes a template of a volume that is new.
  ///
  /// @param bytes the most bytes that it can hold
  private void makeTemplate(Templating how, Templating.Key key, Home made, long bytes)
      throws IOException {
    if (kept.containsKey(key)) {
      return;
    }
    dropOldest();
    Home template = staging.beginTemplate();
    if (!ledger.setAside(Entry.of(template), bytes)) {
      staging.end(template);
      return;
    }
    try {
      disk.makeDirectory(template.directory());
      how.makeTemplate(made, template);
      ledger.setTemplate(
          Entry.of(template),
          Math.min(key.bytes(), policies.allocatedBytes(template).orElse(bytes)));
      kept.put(key, template);
    } catch (IOException | RuntimeException | Error e) {
      remove(template, e);
      throw e;
    }
  }

  private void dropOldest() throws IOException {
    List<Map.Entry<Templating.Key, Home>> all = all();
    for (var last : all.subList(0, Math.max(0, all.size() - MOST + 1))) {
      drop(last.getKey(), last.getValue());
    }
  }

  private List<Map.Entry<Templating.Key, Home>> all() {
    synchronized (kept) {
      return kept.entrySet().stream().map(Map.Entry::copyOf).toList();
    }
  }

  private void remove(Home template, Throwable cause) {
    try {
      trash.remove(template);
    } catch (IOException e) {
      cause.addSuppressed(e);
    } finally {
      staging.end(template);
    }
  }

  /// Makes no template until [#release], for a call that needs their space.
  public void hold() {
    wanting.incrementAndGet();
  }

  public void release() {
    wanting.decrementAndGet();
  }

  /// Drops all after an I/O error, which may have hit them, and in an empty pool.
  public void tidy(boolean degraded) throws IOException {
    if (degraded || volumes.size() == 0) {
      drop(new Patience(DROPPING));
    }
  }

  /// Drops all, unless another thread that makes or drops one outlasts the patience.
  public void drop(Patience patience) throws IOException {
    if (!patience.lock(changing)) {
      return;
    }
    Complaints complaints = new Complaints();
    try {
      for (var each : all()) {
        complaints.of(() -> drop(each.getKey(), each.getValue()));
      }
    } finally {
      changing.unlock();
    }
    complaints.raise();
  }

  /// What a template holds is set aside until it is gone from the trash; the sweep tries again to
  /// move there what could not be moved.
  private void drop(Templating.Key key, Home template) throws IOException {
    if (!kept.remove(key, template)) {
      return;
    }
    try {
      trash.discard(template);
    } catch (SystemCallException e) {
      requireDisk(e);
      if (e.is(Errno.ENOENT)) {
        ledger.emptied(Entry.of(template));
      }
    }
  }
}
