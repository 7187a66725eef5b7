package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// NodeGetVolumeStats, as kubelet and others ask for it at any time, beside the coming and going of
/// the volume.
final class StatsStressIT extends RealNode {
  private static final int ROUNDS = 60;
  private static final int ASKERS = 3;

  @Test
  void statsAreThoseOfTheVolumeOrNotFoundAndStandInNobodysWay() throws Exception {
    for (Shape shape : List.of(TestNode.EXT4, TestNode.TREE)) {
      Volume volume = node.create("v-" + shape, shape, 64L << 20);
      node.stager.stage(node.stage(volume));
      long total = total(volume, node.staging(volume.id()));
      AtomicBoolean done = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(ASKERS)) {
        List<Future<Integer>> askers = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
          askers.add(threads.submit(asking(volume, total, done)));
        }
        try {
          for (int round = 0; round < ROUNDS; round++) {
            node.publisher.publish(node.publish(volume, "a"));
            node.publisher.unpublish(node.unpublish(volume, "a"));
          }
        } finally {
          done.set(true);
        }
        for (Future<Integer> asker : askers) {
          assertThat(asker.get()).as("answers").isPositive();
        }
      }
      node.stager.unstage(node.unstage(volume));
    }
  }

  private Callable<Integer> asking(Volume volume, long total, AtomicBoolean done) {
    return () -> {
      int answers = 0;
      while (!done.get()) {
        try {
          assertThat(total(volume, node.target("a"))).isEqualTo(total);
        } catch (StorageException.NotFound _) {
          // Not there at that moment.
        }
        answers++;
      }
      return answers;
    };
  }

  private long total(Volume volume, Path path) throws Exception {
    return ((Usage.Files) node.stats.of(volume.id(), path)).totalBytes();
  }
}
