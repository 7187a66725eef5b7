package dev.nook.tools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.testing.real.RealKernel;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start must not come to do before its first answer: each of these took tens of
/// milliseconds.
@RealKernel
class StartIT {
  /// Some more than there are (4,900), for what the JVM's own threads load is not the same each
  /// time.
  private static final int MOST_CLASSES = 5_300;

  private static final Set<String> LATER =
      Set.of(
          "dev.nook.driver.doctor.",
          "dev.nook.driver.cluster.",
          "dev.nook.driver.pool.",
          "dev.nook.driver.volume.",
          "dev.nook.tools.quickstart.",
          "dev.nook.tools.bench.",
          "tools.jackson.",
          "com.google.protobuf.Descriptors$FileDescriptor",
          "com.google.protobuf.DescriptorProtos",
          "java.lang.foreign.Linker",
          "java.math.MathContext");

  @TempDir Path temporary;

  @Test
  void theFirstAnswerWaitsForNoClassThatItDoesNotNeed() throws IOException, InterruptedException {
    Set<String> loaded = loadedBeforeTheFirstAnswer();

    assertThat(loaded.contains("dev.nook.rpc.CallLog")).isTrue();
    assertThat(loaded.stream().filter(name -> LATER.stream().anyMatch(name::startsWith))).isEmpty();
    assertThat(loaded.size()).isLessThan(MOST_CLASSES);
  }

  private Set<String> loadedBeforeTheFirstAnswer() throws IOException, InterruptedException {
    Path here = temporary.toRealPath();
    Path log = here.resolve("classes.log");
    var folder = DriverFolder.in(new LocalFolder(Linux.host(), here, List.of(DriverFolder.POOL)));
    Jvm jvm =
        Jvm.ofThisProcess()
            .with(List.of(Shipped.OPTIONS, "-Xshare:auto", ClassLog.OPTION.formatted(log)));

    Contestant.Start _ =
        Contestant.serving(jvm, DriverFolder.PROGRAM, folder.serve(), folder).start();

    Set<String> names = new TreeSet<>();
    try (Stream<String> lines = Files.lines(log)) {
      lines
          .takeWhile(line -> !line.contains("csi.v1.Csi$ProbeResponse$Builder "))
          .filter(line -> line.contains(" source: "))
          .forEach(line -> names.add(line.split(" ")[1]));
    }
    return names;
  }
}
