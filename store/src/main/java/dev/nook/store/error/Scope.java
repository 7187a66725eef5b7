package dev.nook.store.error;

import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.Subject;
import java.io.IOException;

/// How far a failed system call reaches. Whoever makes the call says it, because no error number
/// does: EIO of a volume's own filesystem is a tenant's trouble, EIO of the pool's is everybody's.
/// A call on a path of the pool needs no word: its failure is the pool's.
public enum Scope {
  /// A path of the pool: what was written may be lost.
  POOL,

  /// A volume's own filesystem, or the device that shows it: the pool is asked before it is blamed.
  VOLUME,

  /// A block device.
  DEVICE,

  /// What all pools share, such as the list of mounts.
  HOST;

  /// A system call, or several.
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /// One that answers nothing.
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /// A failure that does not reach further than its scope.
  public static final class Failure extends IOException {
    private final Scope scope;
    private final Subject subject;
    private final String why;

    private Failure(Scope scope, Subject subject, SystemCallException cause) {
      super("%s: %s".formatted(subject.words(), cause.getMessage()), cause);
      this.scope = scope;
      this.subject = subject;
      this.why = String.valueOf(cause.getMessage());
    }

    public Scope scope() {
      return scope;
    }

    /// The volume, snapshot, device or part of this host that failed.
    public Subject subject() {
      return subject;
    }

    /// What the kernel said.
    public String why() {
      return why;
    }
  }

  /// Makes a call whose failure reaches this far, and no further.
  public <T> T of(Subject subject, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (SystemCallException e) {
      throw new Failure(this, subject, e);
    }
  }

  /// Makes a call whose failure reaches this far, and no further.
  public void in(Subject subject, Action action) throws IOException {
    try {
      action.run();
    } catch (SystemCallException e) {
      throw new Failure(this, subject, e);
    }
  }

  /// How far this failure reaches.
  public static Scope of(IOException e) {
    return e instanceof Failure failure ? failure.scope() : POOL;
  }
}
