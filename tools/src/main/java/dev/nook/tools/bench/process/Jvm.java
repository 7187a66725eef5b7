package dev.nook.tools.bench.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The JVM, the options and the classes of this process, to start others with the same.
record Jvm(List<String> command) {
  static Jvm ofThisProcess() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return new Jvm(List.copyOf(command));
  }

  /// Returns the same with more options; of two that contradict each other the later one holds.
  Jvm with(List<String> options) {
    List<String> more = new ArrayList<>(command);
    more.addAll(1 + command.size() - 3, options);
    return new Jvm(List.copyOf(more));
  }

  /// Starts a process that prints into a file.
  Process start(String main, List<String> arguments, Path output) throws IOException {
    return builder(main, arguments)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /// Starts a process whose output is read by this one.
  Process start(String main) throws IOException {
    return builder(main, List.of()).start();
  }

  private ProcessBuilder builder(String main, List<String> arguments) {
    List<String> line = new ArrayList<>(command);
    line.add(main);
    line.addAll(arguments);
    return new ProcessBuilder(line);
  }
}
