package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CallQueueTest {
  private final CallQueue queue = new CallQueue();
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(0, 3, 1, TimeUnit.MINUTES, queue, queue);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void stop() {
    release.countDown();
    pool.shutdown();
  }

  @Test
  void aFullPoolQueuesAndRunsEverything() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(20);

    for (int i = 0; i < 20; i++) {
      pool.execute(() -> {
        await(release);
        done.countDown();
      });
    }

    assertThat(pool.getPoolSize()).isEqualTo(3);
    assertThat(queue).hasSize(17);
    release.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void callsOneAfterAnotherNeedOneThread() {
    for (int i = 0; i < 50; i++) {
      CountDownLatch done = new CountDownLatch(1);
      pool.execute(done::countDown);
      await(done);
      while (!queue.hasWaitingConsumer()) {
        Thread.onSpinWait();
      }
    }

    assertThat(pool.getLargestPoolSize()).isEqualTo(1);
  }

  @Test
  void aStoppedPoolDropsWhatComesLate() {
    pool.shutdown();

    pool.execute(release::countDown);

    assertThat(release.getCount()).isEqualTo(1);
    assertThat(queue).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
