package dev.nook.testing.extent;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.fs.Disk.Holding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The blocks of one file. A write to a block that another file shares goes to a new place; a block
/// that this file alone has keeps its place, as on XFS, and on btrfs in a file without
/// copy-on-write.
public final class FileBlocks {
  static final long BLOCK = 4096;

  private final Blocks disk;
  private final NavigableMap<Long, Piece> pieces = new TreeMap<>();

  /// A digest of each written block when it was last looked at.
  private final NavigableMap<Long, Integer> digests = new TreeMap<>();

  /// The path of the real file; empty while nobody has asked for its extents.
  Optional<Path> real = Optional.empty();

  /// The number of open descriptors: its blocks outlive its name until they are closed.
  int opens;

  boolean removed;

  FileBlocks(Blocks disk) {
    this.disk = disk;
  }

  static long roundUp(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
  }

  /// Returns the bytes that st_blocks counts.
  public long bytes() {
    return pieces.values().stream().mapToLong(Piece::bytes).sum();
  }

  /// Returns the bytes that allocating it in full up to an offset takes.
  public long missing(long to) {
    return to - overlapping(0, to).stream().mapToLong(each -> part(each, 0, to).bytes()).sum();
  }

  /// Allocates every hole up to an offset.
  public void allocate(long to) {
    long at = 0;
    for (Piece piece : overlapping(0, to)) {
      fill(at, piece.at(), false);
      at = piece.end();
    }
    fill(at, to, false);
  }

  private void fill(long from, long to, boolean written) {
    if (from < to) {
      put(new Piece(from, to - from, disk.run(to - from), 0, written));
    }
  }

  /// Returns what it holds, as [dev.nook.linux.fs.Disk#holding] does.
  public Holding holding() {
    return new Holding(runs().stream().mapToLong(run -> run.bytes).sum(), bytes());
  }

  public long extents() {
    return pieces.size();
  }

  /// Whether another file has a part of an extent of this one, or on a filesystem that frees by
  /// blocks one of its blocks.
  public boolean shares() {
    return pieces.values().stream().anyMatch(this::sharesAnyOf);
  }

  private boolean sharesAnyOf(Piece piece) {
    for (long at = piece.at(); at < piece.end() && piece.run().isShared(); at += BLOCK) {
      if (isShared(at, piece)) {
        return true;
      }
    }
    return false;
  }

  /// Files are shared as a whole, so that two have a block of a run at the same offset.
  private boolean isShared(long at, Piece piece) {
    return piece.run().isShared()
        && (disk.freesByExtents()
            || piece.run().users().stream()
                .filter(other -> other != this)
                .anyMatch(
                    other -> other.at(at).filter(has -> has.run() == piece.run()).isPresent()));
  }

  /// Returns extents as [dev.nook.linux.extent.ExtentFile#extents] does.
  public List<Extent> extents(long from, long to) {
    List<Extent> found = new ArrayList<>();
    for (Piece piece : overlapping(from, to)) {
      if (piece.written() || !disk.freesByExtents()) {
        long place = piece.written() ? piece.place() : Extent.UNKNOWN;
        found.add(new Extent(piece.at(), piece.bytes(), place).within(from, to));
      }
    }
    return List.copyOf(found);
  }

  Set<Run> runs() {
    Set<Run> runs = new HashSet<>();
    pieces.values().forEach(piece -> runs.add(piece.run()));
    return runs;
  }

  List<Piece> pieces() {
    return List.copyOf(pieces.values());
  }

  /// Shares its blocks with an empty file; on XFS only those that were written.
  void shareWith(FileBlocks copy) {
    pieces.values().stream()
        .filter(piece -> piece.written() || disk.freesByExtents())
        .forEach(copy::put);
    copy.digests.putAll(digests);
  }

  /// Whether a block that has data was written since it was last looked at.
  boolean isNews(long at, int digest) {
    Integer before = digests.put(at, digest);
    return before == null || before != digest;
  }

  /// Notes that blocks were written, in order: in place, or side by side elsewhere.
  void written(List<Long> blocks) {
    long from = 0;
    long to = 0;
    for (long at : blocks) {
      Optional<Piece> here = at(at);
      if (here.isPresent() && !isShared(at, here.get())) {
        inPlace(at, here.get());
      } else {
        if (at != to) {
          elsewhere(from, to);
          from = at;
        }
        to = at + BLOCK;
      }
    }
    elsewhere(from, to);
  }

  private void inPlace(long at, Piece here) {
    if (!here.written()) {
      Piece part = here.between(at, at + BLOCK);
      clear(at, at + BLOCK);
      put(new Piece(at, BLOCK, part.run(), part.offset(), true));
    }
  }

  void moveAlone() {
    for (Piece piece : pieces()) {
      if (piece.written()) {
        elsewhere(piece.at(), piece.end());
      }
    }
  }

  private void elsewhere(long from, long to) {
    clear(from, to);
    fill(from, to, true);
  }

  /// Notes that a range holds no data: what was written there was punched or cut off.
  void foundNone(long from, long to) {
    for (Piece piece : overlapping(from, to)) {
      if (piece.written()) {
        clear(Math.max(from, piece.at()), Math.min(to, piece.end()));
      }
    }
    digests.subMap(from, to).clear();
  }

  /// Frees the blocks between two offsets.
  void clear(long from, long to) {
    for (Piece piece : overlapping(from, to)) {
      pieces.remove(piece.at());
      if (piece.at() < from) {
        insert(piece.between(piece.at(), from));
      }
      if (piece.end() > to) {
        insert(piece.between(to, piece.end()));
      }
      disk.lost(piece.run(), this);
    }
  }

  private void put(Piece piece) {
    Map.Entry<Long, Piece> before = pieces.lowerEntry(piece.at());
    if (before != null && before.getValue().goesOnIn(piece)) {
      pieces.put(before.getKey(), before.getValue().and(piece));
      disk.changed();
    } else {
      insert(piece);
    }
  }

  private void insert(Piece piece) {
    pieces.put(piece.at(), piece);
    piece.run().gain(this);
    disk.changed();
  }

  private Optional<Piece> at(long at) {
    return Optional.ofNullable(pieces.floorEntry(at))
        .map(Map.Entry::getValue)
        .filter(piece -> piece.end() > at);
  }

  private List<Piece> overlapping(long from, long to) {
    if (from >= to) {
      return List.of();
    }
    Long first = pieces.floorKey(from);
    return pieces.subMap(first == null ? from : first, to).values().stream()
        .filter(piece -> piece.end() > from)
        .toList();
  }

  private static Piece part(Piece piece, long from, long to) {
    return piece.between(Math.max(from, piece.at()), Math.min(to, piece.end()));
  }
}
