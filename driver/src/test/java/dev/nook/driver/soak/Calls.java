package dev.nook.driver.soak;

import dev.nook.client.CsiClient;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Makes calls as kubelet and the sidecars do: again and again until there is an answer, however
/// often the driver is killed.
final class Calls {
  /// The codes that say that a call has had no effect and need not be repeated.
  static final Set<Status.Code> REFUSALS =
      Set.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.OUT_OF_RANGE);

  private static final Set<Status.Code> AGAIN =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.ABORTED);

  private static final Pattern HELD_ELSEWHERE =
      Pattern.compile("its device /dev/loop[0-9]+ is held: .*held by mounted at .* for ");

  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  interface Call<T> {
    T on(CsiClient client);
  }

  private final SoakDriver driver;
  private final Tally tally;
  private final ReadWriteLock standstill = new ReentrantReadWriteLock(true);

  Calls(SoakDriver driver, Tally tally) {
    this.driver = driver;
    this.tally = tally;
  }

  /// Returns a lock. While it is held no call runs, and the model does not change.
  Lock standstill() {
    return standstill.writeLock();
  }

  /// Does work that changes the model or a volume's content without a call.
  <T> T locally(Work<T> work) throws IOException, InterruptedException {
    Lock moving = standstill.readLock();
    moving.lock();
    try {
      return work.run();
    } finally {
      moving.unlock();
    }
  }

  /// @param answered what an answer means for the model
  /// @return whether it has taken effect; otherwise it was refused for lack of space
  <T> boolean ask(Subject subject, String rpc, Call<T> call, Consumer<T> answered)
      throws IOException, InterruptedException {
    return ask(subject, rpc, REFUSALS, call, answered);
  }

  /// @param refusals the codes that say that it has had no effect and need not be repeated
  /// @param answered what an answer means for the model
  /// @return whether it has happened
  <T> boolean ask(
      Subject subject, String rpc, Set<Status.Code> refusals, Call<T> call, Consumer<T> answered)
      throws IOException, InterruptedException {
    subject.pending = rpc;
    while (true) {
      boolean over =
          locally(() -> {
            Status.Code code = once(subject, rpc, call, answered);
            if (!AGAIN.contains(code)) {
              subject.pending = null;
            }
            return subject.pending == null ? requireExpected(subject, rpc, refusals, code) : false;
          });
      if (over || subject.pending == null) {
        return over;
      }
      Thread.sleep(20);
    }
  }

  /// Makes a call that must be refused with this code.
  void refused(Subject subject, String rpc, Status.Code code, Call<?> call)
      throws IOException, InterruptedException {
    Object _ =
        locally(() -> {
          Status.Code got = once(subject, rpc, call, _ -> {});
          if (got != code && !AGAIN.contains(got)) {
            throw new AssertionError(
                "%s of %s answered %s instead of %s%n%s"
                    .formatted(rpc, subject.name, got, code, subject.story()));
          }
          return true;
        });
  }

  private <T> Status.Code once(Subject subject, String rpc, Call<T> call, Consumer<T> answered)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Status.Code code = Status.Code.OK;
    try {
      T answer = call.on(driver.client());
      subject.note(rpc + " OK");
      answered.accept(answer);
    } catch (StatusRuntimeException e) {
      code = isForNow(e) ? Status.Code.UNAVAILABLE : e.getStatus().getCode();
      subject.note(rpc + " " + e.getMessage());
    }
    tally.answered(rpc, code.name(), System.nanoTime() - begun);
    return code;
  }

  /// Whether the call may succeed when it is repeated. A connection that breaks while a call is
  /// written is UNKNOWN to the client, with a cause; a driver's answers have none. And another
  /// mount namespace on this host has a copy of every mount, so a device stays busy until that
  /// namespace is gone.
  private static boolean isForNow(StatusRuntimeException e) {
    return e.getStatus().getCause() instanceof ClosedChannelException
        || HELD_ELSEWHERE.matcher(String.valueOf(e.getMessage())).find();
  }

  private static boolean requireExpected(
      Subject subject, String rpc, Set<Status.Code> refusals, Status.Code code) {
    if (code != Status.Code.OK && !refusals.contains(code)) {
      throw new AssertionError(
          "%s of %s answered %s%n%s".formatted(rpc, subject.name, code, subject.story()));
    }
    return code == Status.Code.OK;
  }

  interface Done {
    void on(CsiClient client);
  }

  /// Makes a call that cannot be refused for lack of space.
  void done(Subject subject, String rpc, Done call, Runnable answered)
      throws IOException, InterruptedException {
    boolean happened =
        ask(
            subject,
            rpc,
            client -> {
              call.on(client);
              return Optional.empty();
            },
            _ -> answered.run());
    if (!happened) {
      throw new AssertionError(rpc + " wanted room" + System.lineSeparator() + subject.story());
    }
  }
}
