package dev.nook.store.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FragmentationTest {
  private final Catalogue<VolumeId, Volume> catalogue = new Catalogue<>();
  private final Map<VolumeId, Long> extents = new HashMap<>();
  private final List<VolumeId> counted = new ArrayList<>();
  private final Fragmentation fragmentation = new Fragmentation(catalogue, this::count);

  @Test
  void theMostFragmentedImageIsFound() throws IOException {
    add(1, 5);
    add(2, 70_000);
    add(3, 6);

    assertThat(fragmentation.look()).isEqualTo(70_000);
  }

  @Test
  void anImageThatIsGoneCountsUntilTheNextLookOnly() throws IOException {
    add(1, 70_000);
    add(2, 5);
    assertThat(fragmentation.look()).isEqualTo(70_000);

    catalogue.remove(id(1));

    assertThat(fragmentation.look()).isEqualTo(5);
  }

  @Test
  void aLookCountsFewImagesAndTheNextGoesOnBehindThem() throws IOException {
    int all = 2 * Fragmentation.IMAGES_PER_LOOK + 3;
    for (int i = 0; i < all; i++) {
      add(i, i);
    }

    assertThat(fragmentation.look()).isEqualTo(Fragmentation.IMAGES_PER_LOOK - 1);
    assertThat(counted).hasSize(Fragmentation.IMAGES_PER_LOOK);
    assertThat(fragmentation.look()).isEqualTo(2 * Fragmentation.IMAGES_PER_LOOK - 1);
    assertThat(fragmentation.look()).isEqualTo(all - 1);
    assertThat(counted).doesNotHaveDuplicates().hasSize(all);

    assertThat(fragmentation.look()).as("while the next round runs").isEqualTo(all - 1);
  }

  @Test
  void aVolumeThatIsDeletedMeanwhileIsPassedOver() throws IOException {
    add(1, 5);
    catalogue.quarantine(id(2), 0, "its count fails");

    assertThat(fragmentation.look()).isEqualTo(5);
  }

  private void add(int number, long pieces) {
    catalogue.quarantine(id(number), 0, "only its id matters here");
    extents.put(id(number), pieces);
  }

  private Optional<Long> count(VolumeId id) throws IOException {
    counted.add(id);
    if (!extents.containsKey(id)) {
      throw new SystemCallException("open", id.text(), Errno.ENOENT);
    }
    return Optional.of(extents.get(id));
  }

  private static VolumeId id(int number) {
    return new VolumeId("aaaaaaaa-v-%026d".formatted(number));
  }
}
