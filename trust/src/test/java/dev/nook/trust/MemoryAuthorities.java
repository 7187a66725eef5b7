package dev.nook.trust;

import java.util.function.Consumer;

/// Stands for the Secret and the ConfigMap of a cluster: a write wins only over what its writer has
/// seen. [AuthorityStoreContract] holds it to what the API server does.
final class MemoryAuthorities implements AuthorityStore {
  private Seen seen = new Seen("1", Authorities.NONE);
  private String published = "";
  private int writes;

  /// Runs once before the next write, as another controller could.
  private Consumer<MemoryAuthorities> before = _ -> {};

  @Override
  public synchronized Seen read() {
    return seen;
  }

  @Override
  public synchronized boolean replace(Seen read, Authorities next) {
    Consumer<MemoryAuthorities> other = before;
    before = _ -> {};
    other.accept(this);
    if (!read.version().equals(seen.version())) {
      return false;
    }
    writes++;
    seen = new Seen(Integer.toString(writes + 1), next);
    return true;
  }

  @Override
  public synchronized void publish(String certificates) {
    published = certificates;
  }

  synchronized void beforeTheNextWrite(Consumer<MemoryAuthorities> other) {
    before = other;
  }

  synchronized String published() {
    return published;
  }

  synchronized int writes() {
    return writes;
  }
}
