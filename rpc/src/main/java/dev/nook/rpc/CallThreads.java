package dev.nook.rpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads on which a server's calls run: platform threads, because a native call that hangs
/// pins a virtual thread's carrier. Identity has two threads of its own, so Probe answers even
/// while every other thread hangs.
public final class CallThreads implements ServerCallExecutorSupplier {
  private static final int IDENTITY_CALLS = 2;
  private static final int IDLE_SECONDS = 60;
  private static final String IDENTITY = "csi.v1.Identity";

  private final ThreadPoolExecutor calls;
  private final ThreadPoolExecutor identityCalls;

  /// @param most how many calls may run at a time; more wait
  public CallThreads(String name, int most) {
    CallQueue queue = new CallQueue();
    calls =
        new ThreadPoolExecutor(
            0, most, IDLE_SECONDS, TimeUnit.SECONDS, queue, named(name + "-call"), queue);
    identityCalls =
        new ThreadPoolExecutor(
            IDENTITY_CALLS,
            IDENTITY_CALLS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named(name + "-identity"));
    identityCalls.allowCoreThreadTimeOut(true);
  }

  /// Returns a maker of daemon threads with this name and a number.
  public static ThreadFactory named(String name) {
    return Thread.ofPlatform().name(name + "-", 1).daemon().factory();
  }

  @Override
  public <A, B> Executor getExecutor(ServerCall<A, B> call, Metadata metadata) {
    return of(call.getMethodDescriptor());
  }

  /// Returns where the calls of a method run.
  Executor of(MethodDescriptor<?, ?> method) {
    return IDENTITY.equals(method.getServiceName()) ? identityCalls : calls;
  }

  /// Takes no new call, and waits for the running ones: for gRPC a call ends with its caller, but
  /// its work may go on.
  ///
  /// @param deadline of [System#nanoTime]
  public void close(long deadline) throws InterruptedException {
    calls.shutdown();
    identityCalls.shutdown();
    boolean _ = calls.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
