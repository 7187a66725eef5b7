package dev.nook.store.backend;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.util.Optional;

/// How a backend makes a new volume as a copy of one that nobody has written yet, where that is
/// quicker than making it from nothing.
public interface Templating {
  /// What new volumes have in common that can start from one template.
  ///
  /// @param formatter the program that made its filesystem
  record Key(FileSystemType type, long bytes, String formatter) {}

  /// Empty where a volume of this shape is made from nothing.
  Optional<Key> key(Shape shape, long bytes) throws IOException;

  /// Fills an empty home with what a volume holds that is new and synced; EOPNOTSUPP where blocks
  /// cannot be shared. Not synced, for a template does not outlive its driver.
  void keep(Home made, Home template) throws IOException;

  /// As [Filling#create], from a template. Nothing is made when it throws, and an error number of
  /// its exception is the disk's word, not a fault of the template.
  Content create(Home template, Home home, Shape shape, long bytes) throws IOException;
}
