package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// A set of [landlock(7)](https://man7.org/linux/man-pages/man7/landlock.7.html) rules: every
/// access to files that it does not allow is EACCES to the threads that it restricts, and to the
/// processes that they start, for ever. TCP is denied where the kernel can (6.7), signals to and
/// abstract sockets of others too (6.12). A kernel without it, or booted without it, restricts
/// nothing; [#version] says so.
public final class Landlock implements AutoCloseable {
  /// What a rule can allow for a file, or below a directory.
  public enum Right {
    EXECUTE(0),
    WRITE_FILE(1),
    READ_FILE(2),
    READ_DIR(3);

    private final long bit;

    Right(int number) {
      bit = 1L << number;
    }
  }

  private static final long NR_CREATE_RULESET = 444;
  private static final long NR_ADD_RULE = 445;
  private static final long NR_RESTRICT_SELF = 446;
  private static final long CREATE_RULESET_VERSION = 1;
  private static final long RULE_PATH_BENEATH = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  /// Rights of files by the version that brought them: 13 at first, then REFER, TRUNCATE and, two
  /// versions later, IOCTL_DEV.
  private static final int[] RIGHTS = {13, 14, 15, 15, 16};

  private static final long TCP = 3; // BIND, CONNECT
  private static final long SCOPES = 3; // ABSTRACT_UNIX_SOCKET, SIGNAL
  private static final int SINCE_TCP = 4;
  private static final int SINCE_SCOPES = 6;

  private final Optional<Fd> rules;

  private Landlock(Optional<Fd> rules) {
    this.rules = rules;
  }

  /// Returns the version of the kernel's interface; 0 where it has none, or was booted without it.
  public static int version() throws SystemCallException {
    try {
      return (int)
          check(
              "landlock_create_ruleset",
              "",
              () -> C.syscall(NR_CREATE_RULESET, null, 0L, CREATE_RULESET_VERSION));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOSYS) || e.is(Errno.EOPNOTSUPP)) {
        return 0;
      }
      throw e;
    }
  }

  /// Returns rules that allow nothing yet.
  public static Landlock denyAll() throws SystemCallException {
    int version = version();
    return new Landlock(version == 0 ? Optional.empty() : Optional.of(create(version)));
  }

  private static Fd create(int version) throws SystemCallException {
    ByteBuffer attributes = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    attributes.putLong((1L << RIGHTS[Math.clamp(version, 1, RIGHTS.length) - 1]) - 1);
    attributes.putLong(TCP).putLong(SCOPES);
    long bytes = version < SINCE_TCP ? 8 : version < SINCE_SCOPES ? 16 : 24;
    return new Fd(
        (int)
            check(
                "landlock_create_ruleset",
                "",
                () -> C.syscall(NR_CREATE_RULESET, attributes.array(), bytes, 0L)),
        "landlock rules");
  }

  /// Allows these rights for what is at a path now, and for everything below it; links are
  /// followed.
  public void allow(Path path, Set<Right> rights) throws SystemCallException {
    if (rules.isEmpty()) {
      return;
    }
    try (Fd beneath = Syscalls.open(path, OpenFlag.O_PATH)) {
      byte[] rule =
          ByteBuffer.allocate(12)
              .order(ByteOrder.nativeOrder())
              .putLong(rights.stream().mapToLong(right -> right.bit).sum())
              .putInt(beneath.number())
              .array();
      check(
          "landlock_add_rule",
          path,
          () -> C.syscall(NR_ADD_RULE, rules.get().number(), RULE_PATH_BENEATH, rule, 0L));
    }
  }

  /// Restricts the calling thread for the rest of its life, and takes from it and its children the
  /// gain of privileges by execve(2). Other threads are as before.
  public void restrictThread() throws SystemCallException {
    check("PR_SET_NO_NEW_PRIVS", "", () -> C.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    if (rules.isPresent()) {
      long number = rules.get().number();
      check("landlock_restrict_self", "", () -> C.syscall(NR_RESTRICT_SELF, number, 0L));
    }
  }

  @Override
  public void close() throws SystemCallException {
    if (rules.isPresent()) {
      rules.get().close();
    }
  }
}
