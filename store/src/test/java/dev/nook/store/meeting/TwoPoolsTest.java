package dev.nook.store.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Calls of one name that meet in two pools of a node: one of them gets what it asked for.
class TwoPoolsTest extends MeetingFixture {
  private static final Kind KIND = Kind.LOOP;
  private static final Name CUT = new Name("cut");

  private static VolumeSpec in(String pool, String name) {
    return new VolumeSpec(
        new Name(name),
        Optional.of(new PoolName(pool)),
        KIND.shape,
        new CapacityRange(BYTES, 0),
        new VolumeSource.Empty());
  }

  private void meetInTwoPools(Work prepare, Work first, Work second) throws Exception {
    meet(
        KIND,
        4L << 30,
        List.of("one", "two"),
        prepare,
        first,
        second,
        (store, met) -> {
          assertThat(met.waited()).isFalse();
          assertThat(met.first().isPresent()).isNotEqualTo(met.second().isPresent());
          assertThat(met.first().or(met::second))
              .containsInstanceOf(StorageException.class)
              .hasValueSatisfying(refusal ->
                  assertThat(refusal)
                      .isInstanceOfAny(
                          StorageException.Incompatible.class,
                          StorageException.OperationPending.class));
        });
  }

  @Test
  void twoVolumesOfOneName() throws Exception {
    meetInTwoPools(
        _ -> {}, store -> store.create(in("one", "v")), store -> store.create(in("two", "v")));
  }

  @Test
  void twoSnapshotsOfOneName() throws Exception {
    meetInTwoPools(
        store -> {
          store.create(in("one", "source-1"));
          store.create(in("two", "source-2"));
        },
        store -> store.snapshot(CUT, source(store, "one", "source-1")),
        store -> store.snapshot(CUT, source(store, "two", "source-2")));
  }

  private static VolumeId source(VolumeStore store, String pool, String name)
      throws StorageException {
    return store.idOf(in(pool, name));
  }
}
