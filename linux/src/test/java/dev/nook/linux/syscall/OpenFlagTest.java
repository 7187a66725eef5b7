package dev.nook.linux.syscall;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jnr.constants.Constant;
import org.junit.jupiter.api.Test;

class OpenFlagTest {
  /// The library knows no number for these. The kernel's headers: arm64 defines O_DIRECT in
  /// arch/arm64/include/uapi/asm/fcntl.h, all else is in include/uapi/asm-generic/fcntl.h.
  private static final Set<OpenFlag> BY_HAND =
      EnumSet.of(OpenFlag.O_DIRECT, OpenFlag.O_NOATIME, OpenFlag.O_PATH);

  private static Map<String, Integer> numbers(Constant[] constants) {
    return Stream.of(constants).collect(toMap(Constant::name, Constant::intValue));
  }

  private static void agree(String architecture, Map<String, Integer> known) {
    for (OpenFlag flag : EnumSet.complementOf(EnumSet.copyOf(BY_HAND))) {
      assertThat(flag.number(architecture)).as(flag.name()).isEqualTo(known.get(flag.name()));
    }
    assertThat(OpenFlag.O_CLOEXEC).isEqualTo(known.get("O_CLOEXEC"));
  }

  @Test
  void numbersAreThoseOfTheArchitecture() {
    agree("amd64", numbers(jnr.constants.platform.linux.OpenFlags.values()));
    agree("aarch64", numbers(jnr.constants.platform.linux.aarch64.OpenFlags.values()));
  }

  @Test
  void whatTheLibraryLacksIsTheKernels() {
    assertThat(OpenFlag.O_DIRECT.number("amd64")).isEqualTo(0x4000);
    assertThat(OpenFlag.O_DIRECT.number("aarch64")).isEqualTo(0x10000);
    for (String architecture : Set.of("amd64", "aarch64")) {
      assertThat(OpenFlag.O_NOATIME.number(architecture)).isEqualTo(0x40000);
      assertThat(OpenFlag.O_PATH.number(architecture)).isEqualTo(0x200000);
    }
  }

  @Test
  void noTwoFlagsShareABit() {
    for (String architecture : Set.of("amd64", "aarch64")) {
      int seen = OpenFlag.O_CLOEXEC;
      for (OpenFlag flag : OpenFlag.values()) {
        assertThat(seen & flag.number(architecture)).as("%s", flag).isZero();
        seen |= flag.number(architecture);
      }
    }
  }

  @Test
  void anotherArchitectureIsRefusedByName() {
    assertThatThrownBy(() -> OpenFlag.O_PATH.number("riscv64"))
        .hasMessage("Nook runs on x86-64 and arm64, not on riscv64");
  }
}
