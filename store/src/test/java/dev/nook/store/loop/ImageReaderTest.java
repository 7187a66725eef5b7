package dev.nook.store.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.extent.ExtentFile;
import dev.nook.store.Ranges.Range;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ImageReaderTest {
  private static final PoolTag TAG = PoolTag.of(new UUID(1, 2));
  private static final long SIZE = 100;

  /// Answers each question with the next list of extents, and the last one for ever.
  private record Scripted(Deque<List<Extent>> answers) implements ExtentFile {
    static Scripted of(List<List<Extent>> answers) {
      return new Scripted(new ArrayDeque<>(answers));
    }

    @Override
    public long bytes() {
      return SIZE;
    }

    @Override
    public List<Extent> extents(long from, long to) {
      List<Extent> answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      return answer.stream()
          .filter(extent -> extent.at() < to && extent.end() > from)
          .map(extent -> extent.within(from, to))
          .toList();
    }

    @Override
    public int read(long at, ByteBuffer into) {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static ImageReader reader(String volume, List<List<Extent>> answers) {
    VolumeId source = VolumeId.of(TAG, new Name(volume));
    Name name = new Name("snapshot");
    Content content = new Content.Raw(new Shape.Raw(Shape.Provisioning.THIN));
    Snapshot snapshot =
        new Snapshot(
            SnapshotId.of(TAG, name),
            name,
            PoolName.DEFAULT,
            source,
            SIZE,
            0,
            content,
            Instant.EPOCH);
    return new ImageReader(snapshot, Scripted.of(answers));
  }

  private static ImageReader reader(Extent... extents) {
    return reader("v", List.of(List.of(extents)));
  }

  private static List<Range> changes(ImageReader now, ImageReader before)
      throws StorageException, IOException {
    return now.changedSince(before, 0, 100).ranges();
  }

  @Test
  void whatLiesAtOnePlaceIsTheSameHoweverItIsCutUp() throws StorageException, IOException {
    ImageReader before = reader(new Extent(0, 50, 1000), new Extent(60, 10, 5000));
    ImageReader now =
        reader(new Extent(0, 20, 1000), new Extent(20, 30, 1020), new Extent(60, 10, 5000));

    assertThat(changes(now, before)).isEmpty();
  }

  @Test
  void whatMovedAppearedOrVanishedHasChanged() throws StorageException, IOException {
    ImageReader before = reader(new Extent(0, 50, 1000), new Extent(80, 10, 5000));
    ImageReader now =
        reader(new Extent(0, 20, 1000), new Extent(20, 10, 2000), new Extent(60, 5, 7000));

    assertThat(changes(now, before))
        .containsExactly(new Range(20, 30), new Range(60, 5), new Range(80, 10));
  }

  @Test
  void whatHasNoPlaceIsNeverTheSame() throws StorageException, IOException {
    Extent unknown = new Extent(10, 10, Extent.UNKNOWN);

    assertThat(changes(reader(unknown), reader(unknown))).containsExactly(new Range(10, 10));
  }

  /// The base's extent moves away after it was looked at, and the later snapshot's takes its place.
  @Test
  void aBaseThatMovesWhileItIsComparedHasChangedAltogether() throws StorageException, IOException {
    Extent old = new Extent(0, 10, 1000);
    ImageReader before = reader("v", List.of(List.of(old), List.of(new Extent(0, 10, 9000))));

    assertThat(changes(reader(old), before)).containsExactly(new Range(0, SIZE));
  }

  @Test
  void anAnswerEndsWhereTheNextOneBegins() throws StorageException, IOException {
    ImageReader reader =
        reader(new Extent(0, 10, 0), new Extent(10, 5, 90), new Extent(40, 10, 40));

    assertThat(reader.allocated(0, 1).ranges()).containsExactly(new Range(0, 15));
    assertThat(reader.allocated(0, 1).next()).isEqualTo(40);
    assertThat(reader.allocated(40, 1).ranges()).containsExactly(new Range(40, 10));
    assertThat(reader.allocated(40, 1).next()).isEqualTo(SIZE);
    assertThat(reader.allocated(SIZE, 1).ranges()).isEmpty();
  }

  @Test
  void snapshotsOfTwoVolumesAreNotCompared() {
    ImageReader other = reader("w", List.of(List.of()));

    assertThatThrownBy(() -> reader().changedSince(other, 0, 1))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining("only snapshots of the same volume can be compared");
  }
}
