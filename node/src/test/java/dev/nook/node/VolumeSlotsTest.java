package dev.nook.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class VolumeSlotsTest extends FakeNode {

  @Test
  void aVolumePastTheLimitIsRefusedByStageAndByPublish() throws Exception {
    node.limit.set(1);
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.TREE);
    node.stager.stage(node.stage(first));

    assertThatThrownBy(() -> node.stager.stage(node.stage(second)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("its limit is 1");
    assertThatThrownBy(() -> node.publisher.publish(node.publish(second, "a")))
        .isInstanceOf(StorageException.Exhausted.class);

    assertThat(node.target("a")).doesNotExist();
  }

  @Test
  void aVolumeThatIsStagedCountsOnce() throws Exception {
    node.limit.set(1);
    for (var shape : List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);

      node.stager.stage(node.stage(volume));
      node.stager.stage(node.stage(volume));
      node.publisher.publish(node.publish(volume, "a"));
      node.publisher.publish(node.publishReadOnly(volume, "b"));

      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.publisher.unpublish(node.unpublish(volume, "b"));
      node.stager.unstage(node.unstage(volume));
    }
  }

  @Test
  void theLimitCanChangeWithoutARestart() throws Exception {
    node.limit.set(1);
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.XFS);
    node.stager.stage(node.stage(first));

    node.limit.set(2);
    node.stager.stage(node.stage(second));

    node.limit.set(1);
    node.stager.stage(node.stage(second));
  }

  @Test
  void aRestartForgetsNoVolume() throws Exception {
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.XFS);
    node.stager.stage(node.stage(first));
    node.stop();
    node = TestNode.started(folder, kernel.linux());
    node.limit.set(1);

    assertThatThrownBy(() -> node.stager.stage(node.stage(second)))
        .isInstanceOf(StorageException.Exhausted.class);
  }

  @Test
  void aSlotThatIsGivenBackIsFree() throws Exception {
    node.limit.set(1);
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.XFS);

    try (VolumeSlots.Slot _ = node.slots.take(first.id())) {
      assertThatThrownBy(() -> node.slots.take(second.id()))
          .isInstanceOf(StorageException.Exhausted.class);
    }

    try (VolumeSlots.Slot _ = node.slots.take(second.id())) {
      assertThat(node.attached()).isEmpty();
    }
  }

  @Test
  void aVolumeThatHasLeftGivesItsPlaceUp() throws Exception {
    node.limit.set(1);
    for (var shape : List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      Volume other = node.create("other-" + shape, shape);
      node.stager.stage(node.stage(volume));
      if (!shape.equals(TestNode.RAW)) {
        linux.mounts().unmount(node.staging(volume.id()));
      }
      if (!shape.equals(TestNode.TREE)) {
        linux
            .loops()
            .detach(
                linux.loops().find(node.image(volume), Access.READ_WRITE).orElseThrow().device());
      }

      node.stager.stage(node.stage(other));

      node.stager.unstage(node.unstage(other));
    }
  }

  @Test
  void nobodyWaitsForSomebodyElsesLookAtTheKernel() throws Exception {
    Volume first = node.create("first", TestNode.XFS);
    Volume second = node.create("second", TestNode.TREE);
    Interleaved looks = Interleaved.over(linux, "known"::equals);
    node.stop();
    node = TestNode.started(folder, looks.linux());
    StageVolume other = node.stage(second);

    for (int look = 1; look <= 4; look++) {
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        Callable<Boolean> staging =
            () -> {
              node.stager.stage(other);
              return true;
            };
        looks.before(look, () -> assertThat(thread.submit(staging).get(10, SECONDS)).isTrue());
        node.stager.stage(node.stage(first));
      }
      looks.before(0, () -> {});
      node.stager.unstage(node.unstage(first));
      node.stager.unstage(node.unstage(second));
    }
  }

  @Test
  void parallelArrivalsNeverPassTheLimit()
      throws IOException, InterruptedException, StorageException {
    node.limit.set(8);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      StageVolume stage = node.stage(node.create("v" + i, TestNode.XFS));
      calls.add(() -> {
        node.stager.stage(stage);
        return true;
      });
    }

    int staged = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
      for (Future<Boolean> done : threads.invokeAll(calls)) {
        try {
          staged += done.get() ? 1 : 0;
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(StorageException.Exhausted.class);
        }
      }
    }

    assertThat(staged).isEqualTo(8);
    assertThat(node.attached()).hasSize(8);
  }
}
