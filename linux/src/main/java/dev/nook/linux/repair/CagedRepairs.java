package dev.nook.linux.repair;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;

/// The host's checkers.
public final class CagedRepairs implements FileSystemRepairs {
  @Override
  public Repair mend(Path image, FileSystemType type) throws IOException {
    throw new SystemCallException("repair", image.toString(), Errno.EOPNOTSUPP);
  }
}
