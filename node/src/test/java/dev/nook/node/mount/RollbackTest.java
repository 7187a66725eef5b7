package dev.nook.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RollbackTest {
  private final List<String> undone = new ArrayList<>();

  @Test
  void undoesTheLastStepFirst() throws Exception {
    try (Rollback rollback = new Rollback()) {
      rollback.add(() -> undone.add("first"));
      rollback.add(() -> undone.add("second"));
    }

    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void undoesNothingThatIsKept() throws Exception {
    try (Rollback rollback = new Rollback()) {
      rollback.add(() -> undone.add("first"));
      rollback.keep();
    }

    assertThat(undone).isEmpty();
  }

  @Test
  void aStepThatFailsStopsNoOtherAndHidesNoError() {
    assertThatThrownBy(
            () -> {
              try (Rollback rollback = new Rollback()) {
                rollback.add(() -> undone.add("first"));
                rollback.add(() -> {
                  throw new IOException("second");
                });
                rollback.add(() -> undone.add("third"));
                throw new IOException("why");
              }
            })
        .hasMessage("why")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

    assertThat(undone).containsExactly("third", "first");
  }
}
