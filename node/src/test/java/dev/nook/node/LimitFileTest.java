package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1001", "ten", "1 2", "1.5", "99999999999999999999"})
  void aFileThatHoldsNoLimitAtTheStartIsRefused(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("limit"), content);

    assertThatThrownBy(() -> new LimitFile(file, 1000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a number from 1 to 1000");
  }

  @Test
  void aFileThatIsMissingAtTheStartIsRefused() {
    assertThatThrownBy(() -> new LimitFile(folder.resolve("missing"), 1000))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theLimitFollowsTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("limit"), "10\n");
    LimitFile limit = new LimitFile(file, 1000);
    assertThat(limit.getAsInt()).isEqualTo(10);

    Files.writeString(file, " 1000 ");

    assertThat(limit.getAsInt()).isEqualTo(1000);
  }

  @Test
  void aBadFileKeepsTheLastGoodLimit() throws IOException {
    Path file = Files.writeString(folder.resolve("limit"), "10");
    LimitFile limit = new LimitFile(file, 1000);
    Files.writeString(file, "20");
    assertThat(limit.getAsInt()).isEqualTo(20);

    Files.writeString(file, "many");
    assertThat(limit.getAsInt()).isEqualTo(20);
    Files.delete(file);
    assertThat(limit.getAsInt()).isEqualTo(20);

    Files.writeString(file, "30");
    assertThat(limit.getAsInt()).isEqualTo(30);
  }

  @Test
  void aLinkIsFollowedAsAConfigMapNeedsIt() throws IOException {
    Path file = Files.writeString(folder.resolve("data"), "10");
    Path link = Files.createSymbolicLink(folder.resolve("limit"), file);

    assertThat(new LimitFile(link, 1000).getAsInt()).isEqualTo(10);
  }
}
