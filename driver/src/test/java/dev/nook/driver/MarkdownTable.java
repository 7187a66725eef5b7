package dev.nook.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Tables of the documents, for the tests that hold them to the code.
public final class MarkdownTable {
  /// Where the documents' names start.
  static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  private MarkdownTable() {}

  /// The rows of the table whose header starts so, as trimmed cells.
  public static List<List<String>> rows(String document, String header) throws IOException {
    List<String> lines = Files.readAllLines(TOP.resolve(document));
    int start = 0;
    while (!lines.get(start).startsWith(header)) {
      start++;
    }
    return lines.stream()
        .skip(start + 2L)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
        .map(cells -> Arrays.stream(cells).map(String::strip).toList())
        .toList();
  }
}
