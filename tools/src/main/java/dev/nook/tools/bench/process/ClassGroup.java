package dev.nook.tools.bench.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a class belongs to, by the longest known beginning of its name.
final class ClassGroup {
  static final String JDK = "the JDK";

  private static final Map<String, List<String>> GROUPS =
      Map.of(
          "the command line",
          List.of("picocli.", "dev.nook.driver.cli.", "dev.nook.driver.serve.Serve"),
          "the log",
          List.of("ch.qos.logback.", "org.slf4j.", "dev.nook.driver.cli.Log"),
          "system calls (jnr)",
          List.of("jnr.", "com.kenai.", "org.objectweb.asm.", "dev.nook.linux."),
          "Netty",
          List.of("io.netty."),
          "gRPC",
          List.of("io.grpc.", "io.perfmark.", "com.google.common.", "dev.nook.rpc."),
          "protobuf",
          List.of("com.google.protobuf.", "csi.v1.", "nook.v1.", "pluginregistration."),
          "HTTP and metrics",
          List.of("io.prometheus.", "io.netty.handler.codec.http.", "dev.nook.driver.http.Http"),
          "Nook",
          List.of("dev.nook."));

  private static final TreeMap<String, String> BEGINNINGS = new TreeMap<>();

  static {
    GROUPS.forEach((group, names) -> names.forEach(name -> BEGINNINGS.put(name, group)));
  }

  private ClassGroup() {}

  /// Returns the group of a class; none for what any of them may use.
  static Optional<String> of(String name) {
    return BEGINNINGS.headMap(name, true).descendingMap().entrySet().stream()
        .filter(known -> name.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
