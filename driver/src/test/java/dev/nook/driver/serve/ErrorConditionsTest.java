package dev.nook.driver.serve;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.MarkdownTable;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the conditions in docs/errors.md with the driver's answers.
class ErrorConditionsTest {
  private static final String DOCUMENT = "docs/errors.md";

  @TempDir Path temporary;

  static Set<String> conditions() {
    return ErrorConditions.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void aConditionIsAnsweredWithTheCodeOfItsKind(String condition) throws Exception {
    String kind = kinds().get(condition);
    assertThat(kind).as("the kind of \"%s\" in %s", condition, DOCUMENT).isNotNull();
    Status.Code code = Status.Code.valueOf(requireNonNull(codes().get(kind)));
    ErrorConditions.Condition provoked = requireNonNull(ErrorConditions.all().get(condition));

    var rig = new FakeRig(temporary.toRealPath(), provoked.host());
    try {
      rig.start();
      for (ThrowingCallable call : provoked.provocation().on(rig)) {
        Conformance.assertCode(code, call);
      }
    } finally {
      rig.stop(); // What is mounted stays, in a kernel that nobody sees again.
    }
  }

  @Test
  void everyDocumentedConditionIsProvokedAndNoOther() throws IOException {
    assertThat(conditions()).isEqualTo(kinds().keySet());
  }

  /// The kind of each condition; several that share a row are separated by semicolons.
  private static Map<String, String> kinds() throws IOException {
    Map<String, String> kinds = new HashMap<>();
    for (List<String> row : MarkdownTable.rows(DOCUMENT, "| Condition |")) {
      for (String condition : row.getFirst().split("; ")) {
        kinds.put(condition, row.getLast());
      }
    }
    return kinds;
  }

  private static Map<String, String> codes() throws IOException {
    return MarkdownTable.rows(DOCUMENT, "| Kind |").stream()
        .collect(toMap(List::getFirst, row -> row.get(1)));
  }
}
