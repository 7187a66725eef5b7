package dev.nook.linux.fs;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The errors that a filesystem has noted. ext4 keeps this in its superblock and in that of its
/// journal; XFS keeps nothing.
///
/// @param marked whether it says that it has to be checked (s_state, EXT4_ERROR_FS)
/// @param count how many errors were counted since it was checked last (s_error_count)
/// @param journalError why its journal was aborted, as an error number, until the journal is
///   replayed; 0 when it was not
public record ErrorState(
    boolean marked, long count, Optional<Event> first, Optional<Event> last, int journalError) {

  /// One error.
  ///
  /// @param function of the kernel that met it, at most 32 printable characters
  /// @param code why, by ext4's own numbers (EXT4_ERR_EIO and so on); 0 where it is not known
  public record Event(Instant time, String function, int line, int code) {
    /// ext4's codes of EIO, ENOSPC and EROFS; and 0, because a replay overwrites the code with an
    /// older one (EXT4_S_ERR_LEN leaves it out).
    private static final Set<Integer> REFUSED_WRITES = Set.of(2, 6, 8, 0);

    /// The functions in which ext4 meets an aborted journal: at the first call that would write,
    /// and at an unmount.
    private static final Set<String> AFTER_ABORT =
        Set.of("ext4_journal_check_start", "ext4_put_super");

    private boolean isOfRefusedWrite() {
      return AFTER_ABORT.contains(function) && REFUSED_WRITES.contains(code);
    }

    @Override
    public String toString() {
      String where = function.isEmpty() ? "an unnamed place" : function;
      return "in %s at %s".formatted(where, time);
    }
  }

  /// Nothing is noted.
  public static final ErrorState NONE =
      new ErrorState(false, 0, Optional.empty(), Optional.empty(), 0);

  private static final Set<Integer> REFUSED_WRITES = Set.of(5, 28, 30); // EIO, ENOSPC, EROFS

  /// Whether the filesystem's metadata may be damaged. A journal that was aborted because the
  /// device refused a write, as a full pool does, is not damage: what was committed is replayed,
  /// and the rest is as after a power cut.
  public boolean isDamage() {
    boolean journal = journalError != 0 && !REFUSED_WRITES.contains(journalError);
    boolean counted = count > 0 && !(isOfRefusedWrite(first) && isOfRefusedWrite(last));
    return journal || counted || (marked && count == 0);
  }

  /// Whether it notes only that its device refused a write.
  public boolean isOfRefusedWrite() {
    return !isDamage() && (journalError != 0 || count > 0);
  }

  private static boolean isOfRefusedWrite(Optional<Event> event) {
    return event.filter(Event::isOfRefusedWrite).isPresent();
  }

  @Override
  public String toString() {
    if (count > 0) {
      return "it notes %d error%s, the last %s"
          .formatted(count, count == 1 ? "" : "s", last.map(Event::toString).orElse("unnamed"));
    }
    if (journalError != 0) {
      return "its journal was aborted with error %d".formatted(journalError);
    }
    return marked ? "it is marked to be checked" : "it notes no error";
  }
}
