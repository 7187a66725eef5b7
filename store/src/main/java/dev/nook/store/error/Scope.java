package dev.nook.store.error;

import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.Subject;
import java.io.IOException;

/// How far a failed system call reaches. The code that makes the call states it, because an error
/// number does not tell: EIO from a volume's own filesystem concerns one tenant, EIO from the
/// pool's concerns all. A call on a path of the pool needs no scope: its failure is the pool's.
public enum Scope {
  /// A path of the pool: what was written may be lost.
  POOL,

  /// A volume's own filesystem, or its device: the pool is examined before it is degraded.
  VOLUME,

  /// A block device.
  DEVICE,

  /// What all pools share, such as the mount table.
  HOST;

  /// One or more system calls.
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /// One or more system calls without a result.
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /// A failure that reaches no further than its scope.
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

    /// Returns the kernel's message.
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

  /// Returns how far a failure reaches.
  public static Scope of(IOException e) {
    return e instanceof Failure failure ? failure.scope() : POOL;
  }
}
