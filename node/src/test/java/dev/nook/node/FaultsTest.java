package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.store.PoolName;
import dev.nook.store.Shape;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.testing.Crash;
import dev.nook.testing.FakeKernel;
import dev.nook.testing.Fault;
import dev.nook.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every call of every port fails once, or is the last one before a crash, in each of the calls of
/// a volume's life on a node: what fails leaves nothing, and the retry ends well.
final class FaultsTest {
  private static final long LARGER = 2L << 30;

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
    int started = callsOfAStart(tried);
    int call = 1;
    while (failsAt(started + call, tried)) {
      call++;
    }

    assertThat(call).as("calls that could fail").isGreaterThan(2);
  }

  /// A driver's start is not what is tried here.
  private int callsOfAStart(Case tried) throws Exception {
    Path folder = Files.createTempDirectory(temporary, "host").toRealPath();
    FakeKernel kernel = new FakeKernel(folder);
    Volume _ = prepare(folder, kernel.linux(), tried);
    Faults counted = Faults.none(kernel.linux());
    TestNode node = TestNode.started(folder, counted.linux());
    int calls = counted.calls().size();
    node.stop();
    return calls;
  }

  /// Whether the fault was met: past the last call of a port it is not.
  private boolean failsAt(int call, Case tried) throws Exception {
    Path folder = Files.createTempDirectory(temporary, "host").toRealPath();
    FakeKernel kernel = new FakeKernel(folder);
    Volume volume = prepare(folder, kernel.linux(), tried);
    List<?> mounts = kernel.linux().mounts().all();
    int loops = kernel.linux().loops().all().size();
    Faults faults = Faults.at(kernel.linux(), call, tried.fault());
    TestNode node = TestNode.started(folder, faults.linux());
    boolean failed = fails(node, tried.call(), volume);
    if (failed && tried.fault() == Fault.EIO && isForward(tried.call())) {
      assertThat(kernel.linux().mounts().all()).as(last(faults)).isEqualTo(mounts);
      assertThat(kernel.linux().loops().all()).as(last(faults)).hasSize(loops);
    }
    if (!faults.fired()) {
      assertThat(failed).isFalse();
    }
    retry(folder, kernel.linux(), node, tried, volume);
    kernel.assertNothingLeft();
    return faults.fired();
  }

  private static Volume prepare(Path folder, Linux linux, Case tried) throws Exception {
    TestNode node = TestNode.started(folder, linux);
    Volume volume = node.create("v", tried.shape());
    switch (tried.call()) {
      case STAGE, PUBLISH, PUBLISH_READ_ONLY -> {}
      case UNSTAGE -> node.stager.stage(node.stage(volume));
      case EXPAND, UNPUBLISH -> node.publisher.publish(node.publish(volume, "a"));
    }
    node.stop();
    return volume;
  }

  private static boolean isForward(Call call) {
    return switch (call) {
      case STAGE, PUBLISH, PUBLISH_READ_ONLY -> true;
      case EXPAND, UNPUBLISH, UNSTAGE -> false;
    };
  }

  private static boolean fails(TestNode node, Call call, Volume volume) {
    try {
      run(node, call, volume);
      return false;
    } catch (StorageException | IOException | Crash _) {
      return true;
    }
  }

  private static void run(TestNode node, Call call, Volume volume)
      throws StorageException, IOException {
    switch (call) {
      case STAGE -> node.stager.stage(node.stage(volume));
      case PUBLISH -> node.publisher.publish(node.publish(volume, "a"));
      case PUBLISH_READ_ONLY -> node.publisher.publish(node.publishReadOnly(volume, "a"));
      case EXPAND -> {
        Volume _ = node.grower.grow(node.grow(volume, node.target("a"), LARGER));
      }
      case UNPUBLISH -> node.publisher.unpublish(node.unpublish(volume, "a"));
      case UNSTAGE -> node.stager.unstage(node.unstage(volume));
    }
  }

  /// The same call again, after a restart, and then the volume's way out.
  private static void retry(Path folder, Linux linux, TestNode failed, Case tried, Volume volume)
      throws Exception {
    try {
      failed.stop();
    } catch (Crash _) {
      // A dead process gives nothing back itself.
    }
    TestNode node = TestNode.started(folder, linux);
    if (tried.call() == Call.EXPAND) {
      node.pools.recover(PoolName.DEFAULT);
      node.pools.sweep(PoolName.DEFAULT);
    }
    run(node, tried.call(), volume);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));
    assertThat(node.target("a")).doesNotExist();
    node.stop();
  }

  private static String last(Faults faults) {
    return faults.calls().getLast();
  }
}
