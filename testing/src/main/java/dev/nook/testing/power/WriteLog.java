package dev.nook.testing.power;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Everything that a disk was told, in order. An entry is in the log before the disk answers, so a
/// length of the file is a moment: whatever was answered by then lies before it.
public final class WriteLog implements Closeable {
  /// The kinds of entries.
  public enum Kind {
    /// Writes bytes, which follow in the log.
    WRITE,
    /// Makes a range read as zeroes: a discard, or zeroes that were not sent.
    ZERO,
    /// Makes everything that was answered before durable.
    FLUSH
  }

  /// @param position where it lies in the log
  /// @param end where the next one lies
  public record Entry(Kind kind, long offset, long bytes, long position, long end) {}

  private static final int HEADER_BYTES = Integer.BYTES + 2 * Long.BYTES;

  private final FileChannel file;

  private WriteLog(FileChannel file) {
    this.file = file;
  }

  static WriteLog create(Path newFile) throws IOException {
    return new WriteLog(FileChannel.open(newFile, CREATE_NEW, APPEND));
  }

  public static WriteLog open(Path file) throws IOException {
    return new WriteLog(FileChannel.open(file, READ));
  }

  void write(long offset, ByteBuffer content) throws IOException {
    append(Kind.WRITE, offset, content.remaining(), content.duplicate());
  }

  void zero(long offset, long bytes) throws IOException {
    append(Kind.ZERO, offset, bytes, ByteBuffer.allocate(0));
  }

  void flush() throws IOException {
    append(Kind.FLUSH, 0, 0, ByteBuffer.allocate(0));
  }

  private void append(Kind kind, long offset, long bytes, ByteBuffer content) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putInt(kind.ordinal()).putLong(offset).putLong(bytes).flip();
    while (header.hasRemaining()) {
      int _ = file.write(header);
    }
    while (content.hasRemaining()) {
      int _ = file.write(content);
    }
  }

  /// Returns every whole entry; the last may have been cut short with its disk.
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    long length = file.size();
    long at = 0;
    while (at + HEADER_BYTES <= length) {
      ByteBuffer header = read(at, HEADER_BYTES);
      Kind kind = Kind.values()[header.getInt()];
      long offset = header.getLong();
      long bytes = header.getLong();
      long end = at + HEADER_BYTES + (kind == Kind.WRITE ? bytes : 0);
      if (end <= length) {
        entries.add(new Entry(kind, offset, bytes, at, end));
      }
      at = end;
    }
    return entries;
  }

  /// Returns a part of what was written.
  ByteBuffer content(Entry written, long from, long bytes) throws IOException {
    return read(written.position() + HEADER_BYTES + from, Math.toIntExact(bytes));
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(bytes);
    while (read.hasRemaining()) {
      if (file.read(read, position + read.position()) < 0) {
        throw new EOFException("the log ends at " + file.size());
      }
    }
    return read.flip();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
