package dev.nook.linux.repair;

import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.nio.file.Path;

/// Runs a filesystem's own checker on an image.
public interface FileSystemRepairs {
  /// Checks the filesystem in an image and mends what is wrong, by writing to it. What it writes is
  /// the tool's decision and may lose files: the image is a copy that the caller made for this,
  /// owns and has open nowhere, and that it keeps or throws away by what it is told.
  ///
  /// ext4 replays its journal on the way. XFS replays its log in the kernel alone: an image whose
  /// log holds something is left as it is ([Repair.Outcome#LOG_DIRTY]) until the caller has mounted
  /// and unmounted it. EOPNOTSUPP for btrfs, which is no filesystem of a volume's image.
  ///
  /// The image is not synced. An [IOException] says that nothing was found out, such as
  /// [dev.nook.linux.process.Processes.Missing] for a tool that is not installed.
  Repair mend(Path image, FileSystemType type) throws IOException;
}
