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

/// Makes calls as kubelet and its sidecars do: until there is an answer, however often the driver
/// is killed meanwhile.
final class Calls {
  /// What an answer may be that says: it has not happened, and need not be asked again.
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

  /// While it is held no call is under way, and the model does not change.
  Lock standstill() {
    return standstill.writeLock();
  }

  /// What changes the model or what is in a volume without a call.
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
  /// @return whether it has happened; else it was refused for want of room
  <T> boolean ask(Subject subject, String rpc, Call<T> call, Consumer<T> answered)
      throws IOException, InterruptedException {
    return ask(subject, rpc, REFUSALS, call, answered);
  }

  /// @param refusals the codes that say that it has not happened and need not be asked again
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

  /// A call that must be refused with this code; whether the driver is there is not asked.
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

  /// Whether the call may succeed when it comes again. A connection that breaks while a call is
  /// written is UNKNOWN to the client, with a cause of its own; what a driver answers never has
  /// one. And whoever makes a mount namespace on this host has a copy of every mount in it, so that
  /// a device stays busy until that is gone.
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

  /// A call that cannot be refused for want of room.
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
