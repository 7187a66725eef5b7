package dev.nook.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Reads tables of the documents for the tests that compare them with the code.
public final class MarkdownTable {
  /// The folder to which the documents' names are relative.
  static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  private MarkdownTable() {}

  /// Returns the rows of the table whose header starts with this text, as trimmed cells.
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
