package dev.nook.tools.bench;

import java.io.PrintWriter;

/// A table that is printed row by row while it is made: its first column has a width, each other
/// one is as wide as a time.
public final class GrowingTable {
  private static final int WIDTH = 13;

  private final PrintWriter out;
  private final int first;

  public GrowingTable(PrintWriter out, int first, String... heads) {
    this.out = out;
    this.first = first;
    add(heads);
  }

  public void add(String... cells) {
    var line = new StringBuilder(cells[0]).repeat(' ', Math.max(0, first - cells[0].length()));
    for (int i = 1; i < cells.length; i++) {
      line.repeat(' ', Math.max(1, WIDTH - cells[i].length())).append(cells[i]);
    }
    out.println(line);
    out.flush();
  }
}
