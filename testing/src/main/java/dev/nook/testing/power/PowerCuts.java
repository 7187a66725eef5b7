package dev.nook.testing.power;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.testing.power.Loss.Kept;
import dev.nook.testing.power.WriteLog.Entry;
import dev.nook.testing.power.WriteLog.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes what a disk holds after a power failure at a moment of its log. Moments must be asked for
/// in order, since what was flushed once stays.
public final class PowerCuts implements Closeable {
  private final Linux linux;
  private final WriteLog log;
  private final List<Entry> entries;
  private final Path durable;
  private int applied;

  private PowerCuts(Linux linux, WriteLog log, Path durable) throws IOException {
    this.linux = linux;
    this.log = log;
    this.entries = log.entries();
    this.durable = durable;
  }

  /// @param bytes the size of the disk
  public static PowerCuts of(Linux linux, Path log, Path folder, long bytes) throws IOException {
    Path durable = folder.resolve("durable");
    linux.disk().allocate(durable, bytes, Allocation.SPARSE);
    return new PowerCuts(linux, WriteLog.open(log), durable);
  }

  /// Returns the writes and flushes of the log.
  public List<Entry> entries() {
    return entries;
  }

  /// Makes a file of what is left: everything before the last flush before the moment, and what
  /// chance keeps of what came after.
  ///
  /// @return a description of what was lost
  public String cut(long position, RandomGenerator random, Path newFile) throws IOException {
    int end = upTo(position);
    int flushed = end;
    while (flushed > applied && !Loss.isFlush(entries.get(flushed - 1))) {
      flushed--;
    }
    try (Fd file = Syscalls.open(durable, O_RDWR)) {
      for (; applied < flushed; applied++) {
        Entry entry = entries.get(applied);
        apply(new Kept(entry, 0, entry.bytes()), file);
      }
    }
    List<Entry> unflushed = entries.subList(applied, end);
    Loss loss = Loss.of(random);
    List<Kept> kept = loss.keep(unflushed, random);
    linux.disk().copySparse(durable, newFile);
    try (Fd file = Syscalls.open(newFile, O_RDWR)) {
      for (Kept each : kept) {
        apply(each, file);
      }
    }
    return "%s of %d unflushed are lost, %d parts kept"
        .formatted(loss, unflushed.size(), kept.size());
  }

  /// Returns how many entries had been answered at a moment.
  private int upTo(long position) {
    int end = applied;
    while (end < entries.size() && entries.get(end).end() <= position) {
      end++;
    }
    return end;
  }

  private void apply(Kept kept, Fd file) throws IOException {
    Entry entry = kept.entry();
    if (entry.kind() == Kind.WRITE) {
      Syscalls.pwrite(
          file, log.content(entry, kept.from(), kept.bytes()), entry.offset() + kept.from());
    } else if (entry.kind() == Kind.ZERO) {
      Syscalls.punchHole(file, entry.offset() + kept.from(), kept.bytes());
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
    linux.disk().remove(durable);
  }
}
