package dev.nook.linux.block;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// Image files on the real kernel's loop devices, all detached when a test ends.
abstract class RealLoops {
  static final long MIB = 1 << 20;
  static final String LABEL = "loops-it-" + ProcessHandle.current().pid();

  @TempDir Path directory;
  final KernelLoopDevices loops = new KernelLoopDevices();

  @AfterEach
  void nothingStaysAttached() throws IOException {
    Comparator<Loop> viewsFirst = Comparator.comparing(Loop::backingRdev).reversed();
    for (Loop loop : ours().stream().sorted(viewsFirst).toList()) {
      loops.detach(loop.device());
    }
  }

  List<Loop> ours() throws IOException {
    return loops.all().stream().filter(loop -> loop.label().equals(LABEL)).toList();
  }

  /// Makes a file of holes, or makes it larger.
  Path image(String name, long bytes) throws IOException {
    Path image = directory.resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    return image;
  }

  Loop attach(Path backing) throws IOException {
    return loops.attach(wanted(backing));
  }

  Loop view(Path backing) throws IOException {
    return loops.attach(new Attach(backing, Access.READ_ONLY, false, LABEL));
  }

  static Attach wanted(Path backing) {
    return new Attach(backing, Access.READ_WRITE, true, LABEL);
  }

  static Attach withoutDiscards(Path backing) {
    return new Attach(backing, Access.READ_WRITE, false, LABEL);
  }

  static String sysfs(Loop loop, String attribute) throws IOException {
    return LoopNodes.sysfs(loop.device(), attribute).orElseThrow();
  }

  static SystemCallException refusal(ThrowingCallable call) {
    return catchThrowableOfType(SystemCallException.class, call);
  }

  static Errno errno(ThrowingCallable call) {
    return refusal(call).errno();
  }
}
