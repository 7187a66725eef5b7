package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fault.Crash;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every call of every port fails once, or is the last one before a crash, in each of the calls of
/// a volume's life on a node: what fails leaves nothing, and the retry ends well.
final class FaultsTest {
  private static final long STEP = 1L << 20;

  @TempDir Path temporary;

  enum Call {
    STAGE,
    PUBLISH,
    PUBLISH_READ_ONLY,
    EXPAND,
    UNPUBLISH,
    UNSTAGE
  }

  record Case(Shape shape, Call call, Fault fault) {}

  static Stream<Case> cases() {
    return Stream.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)
        .flatMap(shape ->
            Stream.of(Call.values())
                .flatMap(call ->
                    Stream.of(Fault.EIO, Fault.CRASH_AFTER)
                        .map(fault -> new Case(shape, call, fault))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatFailsLeavesNothingAndTheRetryEndsWell(Case tried) throws Exception {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());
    Volume volume = created(kernel, tried.shape());
    int started = callsOfAStart(kernel);

    int call = 1;
    while (failsAt(started, call, kernel, volume, tried)) {
      call++;
    }

    assertThat(call).as("calls that could fail").isGreaterThan(2);
  }

  private Volume created(FakeKernel kernel, Shape shape) throws Exception {
    TestNode node = TestNode.started(temporary.toRealPath(), kernel.linux());
    Volume volume = node.create("v", shape);
    node.stop();
    return volume;
  }

  /// A driver's start is not what is tried here.
  private int callsOfAStart(FakeKernel kernel) throws Exception {
    Faults counted = Faults.none(kernel.linux());
    TestNode node = TestNode.started(temporary.toRealPath(), counted.linux());
    int calls = counted.calls().size();
    node.stop();
    return calls;
  }

  /// Whether the fault was met: past the last call of a port it is not.
  private boolean failsAt(int started, int call, FakeKernel kernel, Volume volume, Case tried)
      throws Exception {
    Linux linux = kernel.linux();
    prepare(linux, volume, tried);
    List<?> mounts = linux.mounts().all();
    int loops = linux.loops().all().size();
    Faults faults = Faults.at(linux, started + call, tried.fault());
    TestNode node = TestNode.started(temporary.toRealPath(), faults.linux());

    boolean failed = fails(node, volume, tried.call(), call);

    if (failed && tried.fault() == Fault.EIO && isForward(tried.call())) {
      assertThat(linux.mounts().all()).as(last(faults)).isEqualTo(mounts);
      assertThat(linux.loops().all()).as(last(faults)).hasSize(loops);
      assertThat(node.target("a")).as(last(faults)).doesNotExist();
    }
    if (!faults.fired()) {
      assertThat(failed).isFalse();
    }
    retry(linux, node, volume, tried, call);
    kernel.assertNothingLeft();
    return faults.fired();
  }

  private void prepare(Linux linux, Volume volume, Case tried) throws Exception {
    TestNode node = TestNode.started(temporary.toRealPath(), linux);
    switch (tried.call()) {
      case STAGE, PUBLISH, PUBLISH_READ_ONLY -> {}
      case UNSTAGE -> node.stager.stage(node.stage(volume));
      case EXPAND, UNPUBLISH -> node.publisher.publish(node.publish(volume, "a"));
    }
    node.stop();
  }

  private static boolean isForward(Call call) {
    return switch (call) {
      case STAGE, PUBLISH, PUBLISH_READ_ONLY -> true;
      case EXPAND, UNPUBLISH, UNSTAGE -> false;
    };
  }

  private static boolean fails(TestNode node, Volume volume, Call call, int turn) {
    try {
      run(node, volume, call, turn);
      return false;
    } catch (StorageException | IOException | Crash _) {
      return true;
    }
  }

  private static void run(TestNode node, Volume volume, Call call, int turn)
      throws StorageException, IOException {
    switch (call) {
      case STAGE -> node.stager.stage(node.stage(volume));
      case PUBLISH -> node.publisher.publish(node.publish(volume, "a"));
      case PUBLISH_READ_ONLY -> node.publisher.publish(node.publishReadOnly(volume, "a"));
      case EXPAND -> {
        long larger = volume.capacityBytes() + turn * STEP;
        Volume _ = node.expander.expand(node.expand(volume, node.target("a"), larger));
      }
      case UNPUBLISH -> node.publisher.unpublish(node.unpublish(volume, "a"));
      case UNSTAGE -> node.stager.unstage(node.unstage(volume));
    }
  }

  /// The same call again, after a restart, and then the volume's way out.
  private void retry(Linux linux, TestNode failed, Volume volume, Case tried, int turn)
      throws Exception {
    try {
      failed.stop();
    } catch (Crash _) {
      // A dead process gives nothing back itself.
    }
    TestNode node = TestNode.started(temporary.toRealPath(), linux);
    if (tried.call() == Call.EXPAND && tried.fault() == Fault.EIO) {
      node.administration.recover(PoolName.DEFAULT);
      node.upkeep.sweep(PoolName.DEFAULT);
    }
    run(node, volume, tried.call(), turn);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    assertThat(node.target("a")).doesNotExist();
    node.stop();
  }

  private static String last(Faults faults) {
    return faults.calls().getLast();
  }
}
