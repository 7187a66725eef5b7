package dev.nook.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs each handler on a thread of its own, once its request is complete. What comes before and
/// after waits for nothing and stays on the event loop, so that a call changes threads twice: to
/// its handler, and back with the answer.
///
/// Must see a call before every other interceptor. A call's events reach them one at a time and in
/// their order, as gRPC promises: what comes while the handler runs follows it on its thread.
final class HandlerThreads implements ServerInterceptor {
  private final Function<MethodDescriptor<?, ?>, Executor> threads;

  HandlerThreads(Function<MethodDescriptor<?, ?>, Executor> threads) {
    this.threads = threads;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    return new Handed<>(
        call, next.startCall(call, headers), threads.apply(call.getMethodDescriptor()));
  }

  private static final class Handed<A> extends ServerCall.Listener<A> {
    private final ServerCall<A, ?> call;
    private final ServerCall.Listener<A> listener;
    private final Executor thread;
    private final boolean oneMessage;

    @GuardedBy("this")
    private final Queue<Runnable> events = new ArrayDeque<>(4);

    @GuardedBy("this")
    private boolean running;

    Handed(ServerCall<A, ?> call, ServerCall.Listener<A> listener, Executor thread) {
      this.call = call;
      this.listener = listener;
      this.thread = thread;
      oneMessage = call.getMethodDescriptor().getType().clientSendsOneMessage();
    }

    /// A request that is the only one waits for its end, which comes with it.
    @Override
    public void onMessage(A message) {
      add(() -> listener.onMessage(message));
      if (!oneMessage) {
        runOn(thread);
      }
    }

    @Override
    public void onHalfClose() {
      add(listener::onHalfClose);
      runOn(thread);
    }

    @Override
    public void onCancel() {
      add(listener::onCancel);
      runOn(Runnable::run);
    }

    @Override
    public void onComplete() {
      add(listener::onComplete);
      runOn(Runnable::run);
    }

    @Override
    public void onReady() {
      add(listener::onReady);
      runOn(oneMessage ? Runnable::run : thread);
    }

    private synchronized void add(Runnable event) {
      events.add(event);
    }

    /// Runs the events there unless they are being run; whoever runs them takes all that come.
    private void runOn(Executor executor) {
      synchronized (this) {
        if (running) {
          return;
        }
        running = true;
      }
      executor.execute(this::run);
    }

    private void run() {
      for (Runnable event = next(); event != null; event = next()) {
        try {
          event.run();
        } catch (RuntimeException | Error e) {
          fail(e);
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable event = events.poll();
      running = event != null;
      return event;
    }

    /// Answers in the place of what threw, unless there is an answer.
    private void fail(Throwable e) {
      try {
        call.close(Statuses.of(e), new Metadata());
      } catch (IllegalStateException closed) {
        closed.addSuppressed(e);
        throw closed;
      }
    }
  }
}
