package dev.nook.linux.process;

import java.util.List;

/// Shortens what a tool wrote to its end, as one line for a message.
final class LastLines {
  private static final int LINES = 4;
  private static final int CHARACTERS = 512;

  private LastLines() {}

  static String of(String text) {
    List<String> lines =
        text.lines().map(LastLines::printable).filter(line -> !line.isEmpty()).toList();
    String last = String.join("; ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    if (last.isEmpty()) {
      return "it printed nothing";
    }
    return last.length() <= CHARACTERS ? last : "…" + last.substring(last.length() - CHARACTERS);
  }

  private static String printable(String line) {
    return line.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
