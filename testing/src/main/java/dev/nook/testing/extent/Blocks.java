package dev.nook.testing.extent;

import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The blocks of one fake filesystem. Writes are found when somebody asks for extents, by a look at
/// the real files: a block that was overwritten with the same bytes counts as not written.
///
/// No place is given twice, so two files show the same place only where they share a block.
public final class Blocks {
  private static final long FIRST_PLACE = 1L << 20;

  private final boolean freesByExtents;
  private final Map<Long, FileBlocks> files = new HashMap<>();

  /// Files that are open and have no name.
  private final Set<FileBlocks> nameless = new HashSet<>();

  private long nextPlace = FIRST_PLACE;

  /// The bytes that the next commit frees.
  private long freed;

  private Optional<Long> taken = Optional.empty();

  private Blocks(boolean freesByExtents) {
    this.freesByExtents = freesByExtents;
  }

  public static Blocks on(Optional<FileSystemType> type) {
    return new Blocks(type.equals(Optional.of(FileSystemType.BTRFS)));
  }

  /// Whether an extent is freed as a whole, when nobody has a part of it any more, by the next
  /// commit; otherwise each block is freed by itself, at once.
  boolean freesByExtents() {
    return freesByExtents;
  }

  public Optional<FileBlocks> known(long inode) {
    return Optional.ofNullable(files.get(inode));
  }

  public FileBlocks of(long inode) {
    return files.computeIfAbsent(inode, _ -> new FileBlocks(this));
  }

  /// Finds what was written to a file, and to those that share blocks with it.
  public FileBlocks look(long inode, Path real) throws IOException {
    FileBlocks file = of(inode);
    file.real = Optional.of(real);
    look(file);
    return file;
  }

  private static void look(FileBlocks file) throws IOException {
    Set<FileBlocks> sharing = new HashSet<>(Set.of(file));
    file.runs().forEach(run -> sharing.addAll(run.users()));
    for (FileBlocks each : sharing) {
      if (each.real.isPresent() && !each.removed) {
        Look.at(each, each.real.get());
      }
    }
  }

  /// Looks at those that share blocks with a file that is about to be removed.
  public void leaving(long inode) throws IOException {
    FileBlocks file = files.get(inode);
    if (file != null && file.runs().stream().anyMatch(Run::isShared)) {
      look(file);
    }
  }

  /// Shares the blocks of a file with a new one.
  public void share(FileBlocks from, long inode, Path real) {
    FileBlocks copy = of(inode);
    copy.real = Optional.of(real);
    from.shareWith(copy);
  }

  /// Notes that a file or folder has another name.
  public void renamed(Path from, Path to) {
    for (FileBlocks file : files.values()) {
      file.real = file.real.map(at -> at.startsWith(from) ? to.resolve(from.relativize(at)) : at);
    }
  }

  public void open(FileBlocks file) {
    file.opens++;
  }

  public void close(FileBlocks file) {
    file.opens--;
    freeIfUnused(file);
  }

  /// Notes that a file has lost its last name.
  public void release(long inode) {
    FileBlocks file = files.remove(inode);
    if (file != null) {
      file.removed = true;
      nameless.add(file);
      freeIfUnused(file);
    }
  }

  private void freeIfUnused(FileBlocks file) {
    if (file.removed && file.opens == 0) {
      file.clear(0, Long.MAX_VALUE);
      nameless.remove(file);
    }
  }

  /// Moves every extent of a file, wherever else it is shown.
  public void move(FileBlocks file) {
    for (Run run : file.runs()) {
      run.place = place(run.bytes);
    }
    changed();
  }

  /// Moves what a file shows to places that it shares with nobody.
  public void defragment(FileBlocks file) {
    file.moveAlone();
  }

  /// Frees what was removed.
  public void commit() {
    freed = 0;
  }

  /// Returns the bytes that are not free.
  public long takenBytes() {
    return usedBytes() + freed;
  }

  /// Returns the bytes that files have, and on btrfs those that their extents keep.
  private long usedBytes() {
    if (taken.isEmpty()) {
      taken = Optional.of(count());
    }
    return taken.get();
  }

  private record Range(long from, long to) {}

  private Stream<Range> ranges(FileBlocks file) {
    return freesByExtents
        ? file.runs().stream().map(run -> new Range(run.place, run.place + run.bytes))
        : file.pieces().stream().map(one -> new Range(one.place(), one.place() + one.bytes()));
  }

  private long count() {
    List<Range> ranges =
        Stream.concat(files.values().stream(), nameless.stream())
            .flatMap(this::ranges)
            .sorted(Comparator.comparingLong(Range::from))
            .toList();
    long bytes = 0;
    long end = 0;
    for (Range range : ranges) {
      bytes += Math.max(0, range.to() - Math.max(end, range.from()));
      end = Math.max(end, range.to());
    }
    return bytes;
  }

  Run run(long bytes) {
    return new Run(place(bytes), bytes);
  }

  private long place(long bytes) {
    long place = nextPlace;
    nextPlace = Math.addExact(place, bytes);
    return place;
  }

  void changed() {
    taken = Optional.empty();
  }

  void lost(Run run, FileBlocks by) {
    changed();
    if (run.lose(by) && freesByExtents) {
      freed += run.bytes;
    }
  }
}
