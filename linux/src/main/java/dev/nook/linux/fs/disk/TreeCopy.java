package dev.nook.linux.fs.disk;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Copies a directory by
/// [cp(1)](https://www.gnu.org/software/coreutils/manual/html_node/cp-invocation.html).
final class TreeCopy {
  /// Very long, because killing a long copy only makes the next one begin again.
  private static final Duration PATIENCE = Duration.ofHours(12);

  /// What cp prints after a quoted name in the C locale; no file name can forge it because of the
  /// quotes.
  private static final String NO_SPACE = "': No space left on device";

  private static final String NO_QUOTA = "': Disk quota exceeded";

  private TreeCopy() {}

  /// Copies with extended attributes asked for by name: with `-a` alone cp loses them silently.
  static void copy(Path from, Path emptyDirectory) throws IOException {
    Command copy =
        Command.of("cp", "-a", "--preserve=xattr", "--reflink=auto", "-T", "--")
            .with(from.toString(), emptyDirectory.toString())
            .within(PATIENCE);
    try {
      Processes.run(copy);
    } catch (Processes.Failed e) {
      throw translated(e, emptyDirectory);
    }
  }

  private static IOException translated(Processes.Failed failure, Path to) {
    String said = String.valueOf(failure.getMessage());
    if (said.endsWith(NO_SPACE)) {
      return new SystemCallException("cp", to.toString(), Errno.ENOSPC);
    }
    if (said.endsWith(NO_QUOTA)) {
      return new SystemCallException("cp", to.toString(), Errno.EDQUOT);
    }
    return failure;
  }
}
