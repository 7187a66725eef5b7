package dev.nook.rpc;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;

/// Makes a thread pool use an idle thread if there is one, otherwise start one, and queue calls
/// only when as many threads run as are allowed. With the JDK's own queues a pool either starts a
/// thread for every call or never more than its core size.
final class CallQueue extends LinkedTransferQueue<Runnable> implements RejectedExecutionHandler {
  /// Takes a task only if a thread is waiting for one; otherwise the pool starts a new thread.
  @Override
  public boolean offer(Runnable task) {
    return tryTransfer(task);
  }

  /// Queues the task when no thread is idle and no more are allowed. A stopped pool drops it: only
  /// gRPC's notices about cancelled calls come that late.
  @Override
  public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
    if (!pool.isShutdown()) {
      boolean _ = super.offer(task);
    }
  }
}
