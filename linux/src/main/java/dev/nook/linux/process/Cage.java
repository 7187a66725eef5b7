package dev.nook.linux.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// What a process that is not trusted has instead of a host's tool's surroundings.
///
/// @param input its standard input; by `/proc/self/fd/0` it opens the same file in another way, as
///   far as the file's owner may, with no way to it by name
/// @param directory where it starts
/// @param environment all that it sees of one
/// @param fifo that it may write to
/// @param lines takes each line that was written there, on another thread, one after the other;
///   none is longer than [Lines#LONGEST]
/// @param walls raised on the thread that starts it
public record Cage(
    Path input,
    Path directory,
    Map<String, String> environment,
    Path fifo,
    Consumer<String> lines,
    Walls walls) {
  /// Gives up rights of the calling thread, which its children then never have.
  @FunctionalInterface
  public interface Walls {
    void raise() throws IOException;
  }

  public Cage {
    environment = Map.copyOf(environment);
  }
}
