package dev.nook.driver;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import dev.nook.driver.doctor.HostCheck;
import dev.nook.rpc.Features;
import dev.nook.rpc.Parameters;
import dev.nook.rpc.Statuses;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.ExpansionRefused;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Compares what the documents say with the code.
class DocumentsTest {
  private static final String TO_A_POD = " to a pod that starts";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void everyErrorKindStandsInTheTableWithItsCode() throws Exception {
    Map<String, String> code = new HashMap<>();
    for (Class<?> kind : StorageException.class.getPermittedSubclasses()) {
      code.put(kind.getSimpleName(), Statuses.of(example(kind)).getCode().name());
    }
    var refused = (ExpansionRefused) example(ExpansionRefused.class);
    code.put(
        "ExpansionRefused" + TO_A_POD, Statuses.of(refused.toAPodThatStarts()).getCode().name());

    Map<String, String> documented = new HashMap<>();
    for (List<String> row : MarkdownTable.rows("docs/errors.md", "| Kind |")) {
      if (row.getFirst().startsWith("`")) {
        documented.put(row.get(0).replace("`", ""), row.get(1));
      }
    }

    assertThat(documented).isEqualTo(code);
  }

  @Test
  void everyConditionNamesAnErrorKindThatExists() throws Exception {
    Set<String> kinds =
        Arrays.stream(StorageException.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(toSet());

    for (List<String> row : MarkdownTable.rows("docs/errors.md", "| Condition |")) {
      assertThat(kinds)
          .as(row.getFirst())
          .contains(row.getLast().replace("`", "").replace(TO_A_POD, ""));
    }
  }

  @Test
  void whatTheThreatModelCallsImpossibleIsTriedByTestsThatExist() throws Exception {
    List<String> named =
        Files.readAllLines(MarkdownTable.TOP.resolve("docs/threat-model.md")).stream()
            .filter(line -> line.startsWith("| "))
            .flatMap(row -> CODE.matcher(row).results().map(match -> match.group(1)))
            .filter(code -> code.matches("[A-Z]\\w+\\.\\w+"))
            .toList();
    String tests = sourcesOfTests();

    assertThat(named).hasSizeGreaterThan(25);
    for (String test : named) {
      String[] parts = test.split("\\.", 2);
      assertThat(tests)
          .as(test)
          .containsPattern("class %s [^\\x00]* void %s\\(".formatted(parts[0], parts[1]));
    }
  }

  /// Returns the sources of all tests, with a zero between two files.
  private static String sourcesOfTests() throws IOException {
    var text = new StringBuilder();
    try (Stream<Path> modules = Files.list(MarkdownTable.TOP)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
              text.append(Files.readString(file)).append('\0');
            }
          }
        }
      }
    }
    return text.toString();
  }

  @Test
  void everyReasonOfHealthStandsInTheTableWithItsStatus() throws Exception {
    Set<String> told = new HashSet<>();
    for (VolumeFault.Reason reason : VolumeFault.Reason.values()) {
      told.add("`%s` volume %s".formatted(reason.text(), reason.severity()));
    }
    for (PoolFault.Reason reason : PoolFault.Reason.values()) {
      String status = reason.unreachable() ? "STORAGE_UNREACHABLE" : "STORAGE_DEGRADED";
      told.add("`%s` pool %s".formatted(reason.text(), status));
    }

    Set<String> documented =
        MarkdownTable.rows("docs/operations.md", "| Reason | Of |").stream()
            .map(row -> String.join(" ", row.subList(0, 3)))
            .collect(toSet());

    assertThat(documented).isEqualTo(told);
  }

  @Test
  void everyReasonThatAnAlertNamesIsOne() throws Exception {
    Set<String> reasons =
        Stream.concat(
                Arrays.stream(VolumeFault.Reason.values()).map(VolumeFault.Reason::text),
                Arrays.stream(PoolFault.Reason.values()).map(PoolFault.Reason::text))
            .collect(toSet());
    String alerts = Files.readString(MarkdownTable.TOP.resolve("deploy/monitoring/alerts.yaml"));

    List<MatchResult> named =
        Pattern.compile("reason(?:=|!|~)+\"([^\"]+)\"").matcher(alerts).results().toList();

    assertThat(named).isNotEmpty();
    for (MatchResult each : named) {
      assertThat(reasons).as(each.group()).contains(each.group(1).split("\\|"));
    }
  }

  @Test
  void everyDocumentedParameterIsTakenWithEachOfItsValues() throws Exception {
    for (List<String> row : MarkdownTable.rows("docs/parameters.md", "| Key | Values |")) {
      String key = quoted(row.getFirst()).getFirst();
      for (String value : quoted(row.get(1))) {
        Map<String, String> parameters = new HashMap<>(Map.of(key, value));
        if (key.equals("quota")) {
          parameters.put("backend", "directory");
        }

        assertThat(Parameters.of(parameters)).as("%s: %s", key, value).isNotNull();
      }
      if (!quoted(row.get(1)).isEmpty()) {
        assertThatThrownBy(() -> Parameters.of(Map.of(key, "no-such-value")))
            .as(key)
            .isInstanceOf(StorageException.InvalidArgument.class);
      }
    }
  }

  @Test
  void everyParameterIsDocumented() throws Exception {
    Set<String> documented =
        MarkdownTable.rows("docs/parameters.md", "| Key | Values |").stream()
            .map(row -> quoted(row.getFirst()).getFirst())
            .filter(key -> !key.startsWith("csi.storage.k8s.io/"))
            .collect(toSet());

    assertThat(documented).isEqualTo(Parameters.KEYS);
  }

  @ParameterizedTest
  @CsvSource({"serve, | Flag |", "controller, | Controller flag |"})
  void everyFlagIsDocumentedAndNoOther(String command, String table) throws Exception {
    CommandLine serve = requireNonNull(new CommandLine(new Main()).getSubcommands().get(command));
    Set<String> flags =
        serve.getCommandSpec().options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .collect(toSet());

    Set<String> documented =
        MarkdownTable.rows("docs/parameters.md", table).stream()
            .map(row -> quoted(row.getFirst()).getFirst().split(" ")[0])
            .collect(toSet());

    assertThat(documented).isEqualTo(flags);
  }

  @Test
  void theReadmeTicksExactlyTheCallsThatAreServed() throws Exception {
    Features features = new Features(false, false);
    Set<String> ticked =
        MarkdownTable.rows("README.md", "| Service | RPC |").stream()
            .filter(row -> row.get(2).equals("✓"))
            .flatMap(row -> Arrays.stream(row.get(1).split(", ")))
            .collect(toSet());

    Set<String> served =
        Csi.getDescriptor().getServices().stream()
            .flatMap(service -> service.getMethods().stream())
            .filter(call -> features.serve(call.getService().getFullName() + "/" + call.getName()))
            .map(call -> call.getName())
            .collect(toSet());

    assertThat(ticked).isEqualTo(served);
  }

  @Test
  void theKernelsThatAreAskedForAreThoseThatTheDoctorAsksFor() throws Exception {
    for (String document : List.of("README.md", "docs/kubernetes.md")) {
      assertThat(Files.readString(MarkdownTable.TOP.resolve(document)))
          .as(document)
          .contains("%s or newer; %s ".formatted(HostCheck.OLDEST_KERNEL, HostCheck.QUOTA_KERNEL));
    }
  }

  @Test
  void everyTypeThatADocumentNamesExists() throws Exception {
    Set<String> types;
    try (Stream<Path> sources = Files.walk(MarkdownTable.TOP)) {
      types =
          sources
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(toSet());
    }

    for (String document : List.of("docs/design.md", "CONTRIBUTING.md")) {
      for (String word : quoted(Files.readString(MarkdownTable.TOP.resolve(document)))) {
        if (word.matches("[A-Z][a-z]+([A-Z][a-z]+)*") && !Set.of("XTest").contains(word)) {
          assertThat(types).as(document).contains(word);
        }
      }
    }
  }

  @Test
  void everyDecisionHasANumberOfItsOwn() throws Exception {
    List<String> names;
    try (Stream<Path> decisions = Files.list(MarkdownTable.TOP.resolve("docs/decisions"))) {
      names = decisions.map(path -> path.getFileName().toString()).sorted().toList();
    }

    for (int number = 1; number <= names.size(); number++) {
      String name = names.get(number - 1);
      assertThat(name).startsWith("%04d-".formatted(number));
      assertThat(Files.readString(MarkdownTable.TOP.resolve("docs/decisions").resolve(name)))
          .as(name)
          .startsWith("# %d. ".formatted(number));
    }
  }

  @Test
  void everyLinkBetweenDocumentsLeadsSomewhere() throws Exception {
    Pattern link = Pattern.compile("]\\((?!https?:)([^)#]+)(#[^)]*)?\\)");
    try (Stream<Path> documents = Files.walk(MarkdownTable.TOP, 3)) {
      for (Path document :
          documents
              .filter(path -> path.toString().endsWith(".md"))
              .filter(path -> !path.toString().contains("/.nook/"))
              .toList()) {
        for (MatchResult found : link.matcher(Files.readString(document)).results().toList()) {
          assertThat(document.resolveSibling(found.group(1)).normalize())
              .as("%s", document)
              .exists();
        }
      }
    }
  }

  /// Makes an instance of an error kind with whichever constructor takes texts.
  private static StorageException example(Class<?> kind) throws ReflectiveOperationException {
    for (Constructor<?> constructor : kind.getConstructors()) {
      if (Arrays.stream(constructor.getParameterTypes()).noneMatch(Class::isPrimitive)) {
        Object[] values =
            Arrays.stream(constructor.getParameterTypes())
                .map(type -> type == String.class ? "example" : new VolumeId("example"))
                .toArray();
        return (StorageException) constructor.newInstance(values);
      }
    }
    throw new AssertionError("%s has no constructor of an id and texts".formatted(kind));
  }

  private static List<String> quoted(String text) {
    return CODE.matcher(text).results().map(found -> found.group(1)).toList();
  }
}
