package dev.nook.linux.fs.format;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Reads the errors that an ext4 has noted ([super
/// block](https://docs.kernel.org/filesystems/ext4/super.html),
/// [journal](https://docs.kernel.org/filesystems/ext4/journal.html)). What it reads may be forged
/// or damaged: an implausible place counts as one where nothing is noted.
final class Ext4Errors {
  private static final int AT = 1024;
  private static final int BYTES = 1024;
  private static final int STATE_AT = 0x3A;
  private static final int ERROR_FS = 0x2;
  private static final int COUNT_AT = 0x194;
  private static final int FIRST_AT = 0x198;
  private static final int FIRST_FUNCTION_AT = 0x1A8;
  private static final int LAST_AT = 0x1CC;
  private static final int LAST_FUNCTION_AT = 0x1E0;
  private static final int FIRST_TIME_HIGH_AT = 0x278;
  private static final int LAST_TIME_HIGH_AT = 0x279;
  private static final int CODE_BEHIND_TIME_HIGH = 2;
  private static final int FUNCTION_BYTES = 32;

  /// The journal's inode, as the superblock keeps a copy of it: an extent header, then extents.
  private static final int JOURNAL_AT = 0x10C;

  private static final int EXTENT_MAGIC = 0xF30A;
  private static final int JOURNAL_MAGIC = 0xC03B3998;
  private static final int JOURNAL_V2 = 4;
  private static final int JOURNAL_ERROR_AT = 0x20;
  private static final int JOURNAL_INCOMPAT_AT = 0x28;
  private static final int JOURNAL_CHECKSUMS = 0x8 | 0x10; // CSUM_V2, CSUM_V3
  private static final int JOURNAL_CHECKSUM_AT = 0xFC;

  private Ext4Errors() {}

  static ErrorState read(Path imageOrDevice) throws SystemCallException {
    try (Fd fd = open(imageOrDevice, O_RDONLY)) {
      ByteBuffer block = superblock(fd);
      OptionalLong journal = journalAt(block);
      int journalError = 0;
      if (journal.isPresent()) {
        ByteBuffer log = read(fd, journal.getAsLong(), ByteOrder.BIG_ENDIAN);
        journalError = isJournal(log) ? -log.getInt(JOURNAL_ERROR_AT) : 0;
      }
      return new ErrorState(
          (block.getShort(STATE_AT) & ERROR_FS) != 0,
          Integer.toUnsignedLong(block.getInt(COUNT_AT)),
          event(block, FIRST_AT, FIRST_FUNCTION_AT, FIRST_AT + 0x30, FIRST_TIME_HIGH_AT),
          event(block, LAST_AT, LAST_FUNCTION_AT, LAST_AT + 0x8, LAST_TIME_HIGH_AT),
          journalError);
    }
  }

  /// Clears the journal's note that it was aborted, durably. At the next mount the kernel would
  /// turn it into a mark that cannot be told from one of damage.
  static void forgetAbort(Path device) throws SystemCallException {
    try (Fd fd = open(device, O_RDWR)) {
      OptionalLong journal = journalAt(superblock(fd));
      if (journal.isEmpty()) {
        return;
      }
      ByteBuffer log = read(fd, journal.getAsLong(), ByteOrder.BIG_ENDIAN);
      if (isJournal(log) && log.getInt(JOURNAL_ERROR_AT) != 0) {
        log.putInt(JOURNAL_ERROR_AT, 0);
        if ((log.getInt(JOURNAL_INCOMPAT_AT) & JOURNAL_CHECKSUMS) != 0) {
          log.putInt(JOURNAL_CHECKSUM_AT, 0);
          log.putInt(JOURNAL_CHECKSUM_AT, checksum(log));
        }
        Syscalls.pwrite(fd, log, journal.getAsLong());
        Syscalls.fsync(fd);
      }
    }
  }

  private static Fd open(Path path, OpenFlag access) throws SystemCallException {
    return Syscalls.open(path, access, O_NOFOLLOW, O_NONBLOCK);
  }

  private static ByteBuffer superblock(Fd fd) throws SystemCallException {
    return read(fd, AT, ByteOrder.LITTLE_ENDIAN);
  }

  /// Returns where the journal begins, in bytes; empty where the superblock does not say so.
  private static OptionalLong journalAt(ByteBuffer block) {
    int blockLog = block.getInt(0x18);
    boolean extents =
        Short.toUnsignedInt(block.getShort(JOURNAL_AT)) == EXTENT_MAGIC
            && block.getShort(JOURNAL_AT + 2) > 0
            && block.getShort(JOURNAL_AT + 6) == 0
            && block.getInt(JOURNAL_AT + 12) == 0;
    if (!extents || blockLog < 0 || blockLog > 6) {
      return OptionalLong.empty();
    }
    long high = Short.toUnsignedLong(block.getShort(JOURNAL_AT + 18));
    long first = high << 32 | Integer.toUnsignedLong(block.getInt(JOURNAL_AT + 20));
    return OptionalLong.of(first * (1024L << blockLog));
  }

  private static boolean isJournal(ByteBuffer log) {
    return log.getInt(0) == JOURNAL_MAGIC && log.getInt(4) == JOURNAL_V2;
  }

  /// Computes crc32c as jbd2 does: it begins with all ones and is not inverted at the end.
  private static int checksum(ByteBuffer log) {
    CRC32C checksum = new CRC32C();
    checksum.update(log.array(), 0, BYTES);
    return ~(int) checksum.getValue();
  }

  private static Optional<ErrorState.Event> event(
      ByteBuffer block, int at, int functionAt, int lineAt, int timeHighAt) {
    long seconds =
        Integer.toUnsignedLong(block.getInt(at)) | Byte.toUnsignedLong(block.get(timeHighAt)) << 32;
    return Optional.of(seconds)
        .filter(time -> time != 0)
        .map(time ->
            new ErrorState.Event(
                Instant.ofEpochSecond(time),
                function(block, functionAt),
                block.getInt(lineAt),
                Byte.toUnsignedInt(block.get(timeHighAt + CODE_BEHIND_TIME_HIGH))));
  }

  /// Leaves out bytes that are not printable ASCII, because the name reaches messages.
  private static String function(ByteBuffer block, int at) {
    byte[] bytes = new byte[FUNCTION_BYTES];
    block.get(at, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("\0.*|[^a-zA-Z0-9_.]", "");
  }

  private static ByteBuffer read(Fd fd, long at, ByteOrder order) throws SystemCallException {
    ByteBuffer block = ByteBuffer.allocate(BYTES).order(order);
    while (block.hasRemaining() && Syscalls.pread(fd, block, at + block.position()) > 0) {}
    return block.clear();
  }
}
