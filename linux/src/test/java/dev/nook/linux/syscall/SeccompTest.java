package dev.nook.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Runs the filter as the kernel would, on both architectures; what it does to processes is shown
/// where the cage is.
class SeccompTest {
  private static final int X86 = 0xC000003E;
  private static final int ARM64 = 0xC00000B7;
  private static final int ALLOW = 0x7fff0000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int KILL = 0x80000000;

  private static int x86(int number, int... arguments) {
    return run("amd64", X86, number, arguments);
  }

  private static int arm64(int number, int... arguments) {
    return run("aarch64", ARM64, number, arguments);
  }

  private static int run(String architecture, int audit, int number, int... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    data.putInt(0, number).putInt(4, audit);
    for (int i = 0; i < arguments.length; i++) {
      data.putInt(16 + 8 * i, arguments[i]);
    }
    ByteBuffer program =
        ByteBuffer.wrap(Seccomp.program(architecture)).order(ByteOrder.nativeOrder());
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int code = program.getShort(8 * at);
      int operand = program.getInt(8 * at + 4);
      boolean holds =
          switch (code) {
            case 0x15 -> accumulator == operand;
            case 0x35 -> Integer.compareUnsigned(accumulator, operand) >= 0;
            case 0x45 -> (accumulator & operand) != 0;
            default -> false;
          };
      if (code == 0x06) {
        return operand;
      }
      if (code == 0x20) {
        accumulator = data.getInt(operand);
      } else {
        at += program.get(8 * at + (holds ? 2 : 3));
      }
    }
  }

  @Test
  void readingAndWritingIsAllowed() {
    for (int number : new int[] {0, 1, 2, 3, 9, 257, 59, 202}) {
      assertThat(x86(number)).as("x86-64 %d", number).isEqualTo(ALLOW);
    }
    for (int number : new int[] {56, 57, 63, 64, 222, 221, 98}) {
      assertThat(arm64(number)).as("arm64 %d", number).isEqualTo(ALLOW);
    }
  }

  @Test
  void socketsMountsAndTheLikeAreDenied() {
    Map<Integer, Integer> both = Map.of(41, 198, 165, 40, 101, 117, 321, 280, 425, 425, 308, 268);

    both.forEach((x86, arm64) -> {
      assertThat(x86(x86)).isEqualTo(EPERM);
      assertThat(arm64(arm64)).isEqualTo(EPERM);
    });
  }

  @Test
  void aUserNamespaceIsDeniedHoweverItIsAskedFor() {
    int newUser = 0x10000000;
    for (int flags : new int[] {newUser, newUser | 0x40000000}) {
      assertThat(x86(56, flags)).isEqualTo(EPERM);
      assertThat(x86(272, flags)).isEqualTo(EPERM);
      assertThat(arm64(220, flags)).isEqualTo(EPERM);
      assertThat(arm64(97, flags)).isEqualTo(EPERM);
    }
    assertThat(x86(56, 0x11)).isEqualTo(ALLOW);
    assertThat(x86(272, 0x40000000)).isEqualTo(ALLOW);
    assertThat(x86(435)).isEqualTo(ENOSYS);
    assertThat(arm64(435)).isEqualTo(ENOSYS);
  }

  @Test
  void onlyTheOwnLimitOnFilesIsPretendedToChange() {
    assertThat(x86(302, 0, 1, 0x1000)).isEqualTo(0x00050000);
    assertThat(arm64(261, 0, 1, 0x1000)).isEqualTo(0x00050000);
    assertThat(x86(302, 0, 1, 0)).as("asking").isEqualTo(ALLOW);
    assertThat(x86(302, 0, 7, 0x1000)).as("another limit").isEqualTo(ALLOW);
    assertThat(x86(302, 17, 1, 0x1000)).as("by number").isEqualTo(ALLOW);
  }

  @Test
  void otherWaysIntoTheKernelAreClosed() {
    assertThat(x86(0x40000000 | 1)).as("x32").isEqualTo(EPERM);
    assertThat(run("amd64", 0x40000003, 1)).as("i386").isEqualTo(KILL);
    assertThatThrownBy(() -> Seccomp.program("riscv64"))
        .hasMessage("Nook runs on x86-64 and arm64, not on riscv64");
  }
}
