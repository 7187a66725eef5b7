package dev.nook.linux.repair;

import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.nio.file.Path;

/// Runs a filesystem's own checker on an image.
public interface FileSystemRepairs {
  /// Checks the filesystem in an image and mends what is wrong, by writing to it. The tool decides
  /// what to write, and files may be lost: the image is a copy that the caller made for this, owns
  /// and does not have open, and keeps or discards by the outcome.
  ///
  /// ext4 replays its journal on the way. Only the kernel replays the log of an XFS: an image with
  /// a dirty log is left unchanged ([Repair.Outcome#LOG_DIRTY]) until the caller has mounted and
  /// unmounted it. EOPNOTSUPP for btrfs, which is no filesystem of a volume's image.
  ///
  /// The image is not synced. An [IOException] says that nothing was found out, such as
  /// [dev.nook.linux.process.Processes.Missing] for a tool that is not installed.
  Repair mend(Path image, FileSystemType type) throws IOException;
}
