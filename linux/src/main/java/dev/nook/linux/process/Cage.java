package dev.nook.linux.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// The surroundings of a process that is not trusted.
///
/// @param input its standard input; through `/proc/self/fd/0` it can open the same file with the
///   rights of the file's owner, but not by name
/// @param directory where it starts
/// @param environment its whole environment
/// @param fifo that it may write to
/// @param lines takes each line that was written there, on another thread, one after the other;
///   none is longer than [Lines#LONGEST]
/// @param walls put up on the thread that starts it
public record Cage(
    Path input,
    Path directory,
    Map<String, String> environment,
    Path fifo,
    Consumer<String> lines,
    Walls walls) {
  /// Gives up rights of the calling thread and its future children.
  @FunctionalInterface
  public interface Walls {
    void raise() throws IOException;
  }

  public Cage {
    environment = Map.copyOf(environment);
  }
}
