package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A [seccomp(2)](https://man7.org/linux/man-pages/man2/seccomp.2.html) filter for a tool that
/// reads and writes files. System calls that it does not need, and those that have let processes
/// out of confinement before, are EPERM for the thread that takes on the filter and for the
/// processes that it starts.
public final class Seccomp {
  /// A denied system call, by its number on both architectures (the kernel's
  /// arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl).
  enum Denied {
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    PTRACE(101, 117),
    PERSONALITY(135, 92),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    ACCT(163, 89),
    SETTIMEOFDAY(164, 170),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    REBOOT(169, 142),
    INIT_MODULE(175, 105),
    DELETE_MODULE(176, 106),
    QUOTACTL(179, 60),
    KEXEC_LOAD(246, 104),
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    PERF_EVENT_OPEN(298, 241),
    FANOTIFY_INIT(300, 262),
    OPEN_BY_HANDLE_AT(304, 265),
    SETNS(308, 268),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    FINIT_MODULE(313, 273),
    KEXEC_FILE_LOAD(320, 294),
    BPF(321, 280),
    USERFAULTFD(323, 282),
    IO_URING_SETUP(425, 425),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    PIDFD_GETFD(438, 438),
    MOUNT_SETATTR(442, 442);

    private final int x86;
    private final int arm64;

    Denied(int x86, int arm64) {
      this.x86 = x86;
      this.arm64 = arm64;
    }
  }

  private static final short LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final short JUMP_EQUAL = 0x15;
  private static final short JUMP_AT_LEAST = 0x35;
  private static final short JUMP_ANY_BIT = 0x45;
  private static final short RETURN = 0x06;
  private static final int NUMBER_AT = 0;
  private static final int ARCHITECTURE_AT = 4;
  private static final int FIRST_ARGUMENT_AT = 16; // the low half: both are little-endian
  private static final int KILL_PROCESS = 0x80000000;
  private static final int ERRNO = 0x00050000;
  private static final int ALLOW = 0x7fff0000;
  private static final int AUDIT_ARCH_X86_64 = 0xC000003E;
  private static final int AUDIT_ARCH_AARCH64 = 0xC00000B7;
  private static final int X32 = 0x40000000;
  private static final int CLONE_NEWUSER = 0x10000000;
  private static final int CLONE3 = 435;
  private static final int RLIMIT_FSIZE = 1;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int PR_SET_SECCOMP = 22;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int MOST_INSTRUCTIONS = 128;

  private Seccomp() {}

  /// Puts the filter on the calling thread for the rest of its life. User namespaces, in which a
  /// process has all capabilities, are denied in every way to ask for one. A process that raises
  /// its own file size limit is told that it succeeded, but keeps the old limit: xfs_repair refuses
  /// to run otherwise.
  public static void filterThread() throws SystemCallException {
    byte[] program = program(System.getProperty("os.arch"));
    check("PR_SET_NO_NEW_PRIVS", "", () -> C.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    check(
        "PR_SET_SECCOMP",
        "",
        () ->
            Native.withCopy(
                program,
                address -> {
                  ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
                  header.putShort((short) (program.length / 8)).putLong(8, address);
                  return C.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header.array(), 0, 0);
                }));
  }

  /// struct sock_filter[]: u16 code, u8 jump if true, u8 jump if false, u32 operand.
  ///
  /// @param architecture as the system property `os.arch` names it
  static byte[] program(String architecture) {
    boolean x86 =
        switch (architecture) {
          case "amd64" -> true;
          case "aarch64" -> false;
          default ->
              throw new UnsupportedOperationException(
                  "Nook runs on x86-64 and arm64, not on " + architecture);
        };
    ByteBuffer to = ByteBuffer.allocate(MOST_INSTRUCTIONS * 8).order(ByteOrder.nativeOrder());
    add(to, LOAD, 0, 0, ARCHITECTURE_AT);
    add(to, JUMP_EQUAL, 1, 0, x86 ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_AARCH64);
    add(to, RETURN, 0, 0, KILL_PROCESS);
    add(to, LOAD, 0, 0, NUMBER_AT);
    add(to, JUMP_AT_LEAST, 0, 1, X32);
    add(to, RETURN, 0, 0, ERRNO | Errno.EPERM.number());
    for (Denied call : Denied.values()) {
      add(to, JUMP_EQUAL, 0, 1, x86 ? call.x86 : call.arm64);
      add(to, RETURN, 0, 0, ERRNO | Errno.EPERM.number());
    }
    // A filter cannot read its flags, which are in memory; the C library then uses clone.
    add(to, JUMP_EQUAL, 0, 1, CLONE3);
    add(to, RETURN, 0, 0, ERRNO | Errno.ENOSYS.number());
    addNamespaces(to, x86);
    addFileSize(to, x86);
    byte[] program = new byte[to.position()];
    to.flip().get(program);
    return program;
  }

  private static void addNamespaces(ByteBuffer to, boolean x86) {
    add(to, JUMP_EQUAL, 1, 0, x86 ? 56 : 220); // clone
    add(to, JUMP_EQUAL, 0, 4, x86 ? 272 : 97); // unshare
    add(to, LOAD, 0, 0, FIRST_ARGUMENT_AT);
    add(to, JUMP_ANY_BIT, 0, 1, CLONE_NEWUSER);
    add(to, RETURN, 0, 0, ERRNO | Errno.EPERM.number());
    add(to, RETURN, 0, 0, ALLOW);
  }

  /// Makes prlimit(0, RLIMIT_FSIZE, a limit, ...) return 0 and do nothing.
  private static void addFileSize(ByteBuffer to, boolean x86) {
    add(to, JUMP_EQUAL, 0, 7, x86 ? 302 : 261); // prlimit64
    add(to, LOAD, 0, 0, FIRST_ARGUMENT_AT);
    add(to, JUMP_EQUAL, 0, 5, 0);
    add(to, LOAD, 0, 0, FIRST_ARGUMENT_AT + 8);
    add(to, JUMP_EQUAL, 0, 3, RLIMIT_FSIZE);
    add(to, LOAD, 0, 0, FIRST_ARGUMENT_AT + 16);
    add(to, JUMP_EQUAL, 1, 0, 0);
    add(to, RETURN, 0, 0, ERRNO);
    add(to, RETURN, 0, 0, ALLOW);
  }

  private static void add(ByteBuffer to, short code, int ifTrue, int ifFalse, int operand) {
    to.putShort(code).put((byte) ifTrue).put((byte) ifFalse).putInt(operand);
  }
}
