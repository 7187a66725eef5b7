package dev.nook.tools.bench.process;

import dev.nook.client.Samples;
import dev.nook.tools.bench.GrowingTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where the time of one start goes: the JVM's own boot, and then what its main thread did between
/// one class's initialization and the next. Logging classes makes a start slower; the shares count.
record Breakdown(ClassLog log) {
  private static final int NAME_WIDTH = 26;
  private static final String ANSWER = "csi.v1.Csi$ProbeResponse$Builder";
  private static final String SOCKET = "io.grpc.netty.NettyServerHandler";

  static Breakdown of(Jvm jvm, DriverFolder folder) throws IOException, InterruptedException {
    Path log = folder.folder().root().resolve("classes.log");
    var logged = jvm.with(List.of(ClassLog.OPTION.formatted(log)));
    Contestant.Start _ =
        Contestant.serving(logged, DriverFolder.PROGRAM, folder.serve(), folder).start();
    try (Stream<String> lines = Files.lines(log)) {
      return new Breakdown(ClassLog.of(lines));
    }
  }

  void print(PrintWriter out) {
    long booted = log.at(DriverFolder.PROGRAM);
    long served = log.at(SOCKET);
    out.println("One start, by what its main thread did until the socket was served:");
    var table = new GrowingTable(out, NAME_WIDTH, "", "time", "initialized", "loaded");
    table.add(
        "the JVM's own boot",
        Samples.text(booted),
        Integer.toString(log.initialized(ClassGroup.JDK)),
        loaded(ClassGroup.JDK));
    log.nanosOfMain(booted, served).entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(part ->
            table.add(
                part.getKey(),
                Samples.text(part.getValue()),
                Integer.toString(log.initialized(part.getKey())),
                loaded(part.getKey())));
    table.add("the first call", Samples.text(log.at(ANSWER) - served), "", "");
    int all = log.loaded().values().stream().mapToInt(Integer::intValue).sum();
    out.println("%d of %d classes come from the archive.".formatted(log.archived(), all));
  }

  private String loaded(String group) {
    return Integer.toString(log.loaded().getOrDefault(group, 0));
  }
}
