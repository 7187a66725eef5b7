package dev.nook.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanRunTest {
  @TempDir Path temporary;

  private final StringWriter printed = new StringWriter();

  @Test
  void aFailureIsToldWithThatOfItsCleanUp() {
    var failure = new IllegalStateException("the work failed");

    assertThatThrownBy(() ->
            run(() -> {
              Files.delete(folder().root().resolve("lock"));
              Files.delete(folder().root());
              throw failure;
            }))
        .isSameAs(failure)
        .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(IOException.class))
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void nothingIsLeftOfWorkThatFails() {
    var failure = new IllegalStateException("the work failed");

    assertThatThrownBy(() ->
            run(() -> {
              Files.writeString(folder().root().resolve("file"), "");
              throw failure;
            }))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();

    assertThat(folder().root()).doesNotExist();
  }

  private interface Work {
    void run() throws Exception;
  }

  private void run(Work work) throws Exception {
    int _ =
        CleanRun.in(
            folder(),
            new PrintWriter(printed),
            _ -> {
              work.run();
              return 0;
            });
  }

  private LocalFolder folder() {
    return new LocalFolder(Linux.host(), temporary.resolve("folder"), List.of("pool"));
  }
}
