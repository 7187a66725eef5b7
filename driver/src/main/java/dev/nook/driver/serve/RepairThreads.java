package dev.nook.driver.serve;

import dev.nook.store.id.PoolTag;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs repairs, on a thread for each pool that has some: a disk that hangs holds up only its own
/// pool.
final class RepairThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final Map<PoolTag, ThreadPoolExecutor> threads = new ConcurrentHashMap<>();

  void run(PoolTag pool, Runnable work) {
    threads.computeIfAbsent(pool, RepairThreads::thread).execute(work);
  }

  private static ThreadPoolExecutor thread(PoolTag pool) {
    var thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("nook-repair-" + pool).factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // Repairs that come after the end are dropped.
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  /// Interrupts running repairs and begins no more. A repair that is cut off was not made.
  @Override
  public void close() {
    threads.values().forEach(ThreadPoolExecutor::shutdownNow);
  }
}
