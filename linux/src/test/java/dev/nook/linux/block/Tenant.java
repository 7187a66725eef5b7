package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a tenant of a block volume does, in a process without any capability, with a descriptor of
/// its own on the node that it was given.
final class Tenant {
  private static final long LOOP_CLR_FD = 0x4C01;
  private static final long LOOP_SET_STATUS64 = 0x4C04;
  private static final long LOOP_CHANGE_FD = 0x4C06;
  private static final int FLAGS = 52;
  private static final int AUTOCLEAR = 4;
  private static final int FILE_NAME = 56;

  private Tenant() {}

  /// Does one thing and ends.
  static void does(String... what) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "--no-new-privs",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Tenant.class.getName()));
    command.addAll(List.of(what));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /// @param arguments what to do, a device's node, and what that takes
  public static void main(String[] arguments) throws IOException {
    boolean writes = arguments[0].equals("set-status");
    try (Fd fd = Syscalls.open(Path.of(arguments[1]), writes ? O_RDWR : O_RDONLY)) {
      switch (arguments[0]) {
        case "clear" -> Syscalls.ioctl("LOOP_CLR_FD", fd, LOOP_CLR_FD, 0);
        case "change" -> {
          try (Fd file = Syscalls.open(Path.of(arguments[2]), O_RDONLY)) {
            Syscalls.ioctl("LOOP_CHANGE_FD", fd, LOOP_CHANGE_FD, file.number());
          }
        }
        case "set-status" -> setStatus(fd, arguments[2], Long.parseLong(arguments[3]));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  private static void setStatus(Fd fd, String label, long offset) throws IOException {
    byte[] info =
        ByteBuffer.allocate(LoopStatus.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(24, offset)
            .putInt(FLAGS, AUTOCLEAR)
            .put(FILE_NAME, label.getBytes(StandardCharsets.UTF_8))
            .array();
    Syscalls.ioctl("LOOP_SET_STATUS64", fd, LOOP_SET_STATUS64, info);
  }
}
