package dev.nook.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountTableTest {
  private static List<Mounts.Entry> parse(String text) throws IOException {
    return MountTable.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "36 35 98:0 / /mnt rw\n", "36 35 98:0 / /mnt rw - ext4\n"})
  void aLineThatIsNoMountIsNotGuessedAt(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
  }

  @Test
  void optionalFieldsMayBeAbsentOrMany() throws Exception {
    assertThat(
            parse(
                """
                36 35 7:259 / /mnt rw,nodev - ext4 /dev/loop259 rw,errors=remount-ro
                37 35 7:0 /a /b ro shared:1 master:2 propagate_from:3 unbindable - xfs - ro
                """))
        .containsExactly(
            new Mounts.Entry(
                36,
                35,
                0x100703,
                "/",
                Path.of("/mnt"),
                List.of("rw", "nodev"),
                "ext4",
                "/dev/loop259",
                List.of("rw", "errors=remount-ro")),
            new Mounts.Entry(
                37, 35, 0x700, "/a", Path.of("/b"), List.of("ro"), "xfs", "-", List.of("ro")));
  }

  @Test
  void anEmptySourceAndSpacesInOptionsAreRead() throws Exception {
    Mounts.Entry entry = parse("1 0 0:5 / /x rw - tmpfs  rw,context=a b\n").getFirst();

    assertThat(entry.source()).isEmpty();
    assertThat(entry.superFlags()).containsExactly("rw", "context=a b");
  }

  @Test
  void aMountPointOfDashesAndSpacesIsOneMount() throws Exception {
    List<Mounts.Entry> entries = parse("1 0 0:5 / /a\\040-\\040b\\012c\\134040 rw - tmpfs - rw\n");

    assertThat(entries)
        .extracting(Mounts.Entry::mountPoint)
        .containsExactly(path("/a - b\nc\\040"));
  }

  @Test
  void bytesThatAreNoTextAreListedAndEqualNoOtherPath() throws Exception {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes("1 0 0:5 / /a".getBytes(StandardCharsets.UTF_8));
    line.write(0xFF);
    line.writeBytes("b rw - tmpfs - rw\n".getBytes(StandardCharsets.UTF_8));

    List<Mounts.Entry> entries = MountTable.parse(line.toByteArray());

    assertThat(entries).extracting(Mounts.Entry::mountPoint).containsExactly(path("/a\\377b"));
  }

  @Test
  void whateverIsMountedWhereverIsReadBack() throws Exception {
    Random random = new Random(20260101);
    for (int round = 0; round < 2_000; round++) {
      String mountPoint = "/" + hostile(random);
      String root = "/" + hostile(random);
      String source = hostile(random);
      String line =
          "%d 1 0:5 %s %s rw%s - tmpfs %s rw\n"
              .formatted(
                  round,
                  escape(root),
                  escape(mountPoint),
                  " shared:1".repeat(random.nextInt(3)),
                  escape(source));

      Mounts.Entry entry = parse(line + line).getLast();

      assertThat(entry.mountPoint()).as(line).isEqualTo(path(mountPoint));
      assertThat(entry.root()).as(line).isEqualTo(root);
      assertThat(entry.source()).as(line).isEqualTo(source);
    }
  }

  private static Path path(String text) {
    return Path.of(text);
  }

  private static String hostile(Random random) {
    String alphabet = " \t\n\\#-,:=01234\"'*$ab/";
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /// As the kernel's seq_path and seq_escape write it.
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      escaped.append(" \t\n\\#".indexOf(c) >= 0 ? "\\%03o".formatted((int) c) : c);
    }
    return escaped.toString();
  }

  @Test
  void thisHostsOwnTableIsRead() throws Exception {
    assertThat(new KernelMounts().all())
        .anySatisfy(entry -> assertThat(entry.mountPoint()).isEqualTo(Path.of("/proc")));
    assertThat(new KernelMounts().at(Path.of("/proc")).getLast().fsType()).isEqualTo("proc");
  }
}
