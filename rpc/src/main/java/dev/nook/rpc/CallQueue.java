package dev.nook.rpc;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;

/// Makes a thread pool use an idle thread if there is one, else start one, and let calls wait only
/// when there are as many threads as allowed. The JDK's own queues either start a thread for every
/// call or never more than the core.
final class CallQueue extends LinkedTransferQueue<Runnable> implements RejectedExecutionHandler {
  /// Takes a task only if a thread is waiting for one; the pool answers a refusal with a new
  /// thread.
  @Override
  public boolean offer(Runnable task) {
    return tryTransfer(task);
  }

  /// No thread is idle and no more are allowed: the task waits. A stopped pool drops it, for only
  /// gRPC's notices about calls that are being cancelled come that late.
  @Override
  public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
    if (!pool.isShutdown()) {
      boolean _ = super.offer(task);
    }
  }
}
