package dev.nook.store.backend;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.util.Optional;

/// Makes a new volume as a copy of one that nobody has written yet, where that is quicker than
/// making it from nothing.
public interface Templating {
  /// What volumes have in common that can start from one template.
  ///
  /// @param formatter the program that made its filesystem
  record Key(FileSystemType type, long bytes, String formatter) {}

  /// Returns which template a volume can start from; empty where it is made from nothing.
  Optional<Key> key(Shape shape, long bytes) throws IOException;

  /// Fills an empty home with what a volume holds that is new; EOPNOTSUPP where blocks cannot be
  /// shared. Not synced, because a template does not outlive its driver.
  void makeTemplate(Home made, Home template) throws IOException;

  /// Makes and verifies the content of an empty home from a template; [Filling#sync] makes it
  /// durable. Nothing is made when it throws. An exception with an error number is a failure of the
  /// disk, any other a fault of the template.
  Content create(Home template, Home home, Shape shape, long bytes) throws IOException;
}
