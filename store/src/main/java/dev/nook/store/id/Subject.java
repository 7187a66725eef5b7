package dev.nook.store.id;

import java.nio.file.Path;

/// The subject of an error, with which the message begins; a CO may show it to its user.
public sealed interface Subject
    permits StoredId, Name, PoolName, Subject.PoolImage, Subject.At, Subject.Device, Subject.Part {
  /// Returns its text in messages: an id or a path as it is, a pool as "pool NAME".
  default String words() {
    return toString();
  }

  /// The file of a pool image.
  record PoolImage(Path file) implements Subject {
    @Override
    public String toString() {
      return "pool image " + file;
    }
  }

  /// A file or directory of a pool.
  record At(Path path) implements Subject {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A block device of this host.
  record Device(Path node) implements Subject {
    @Override
    public String toString() {
      return node.toString();
    }
  }

  /// What all pools of this host share.
  enum Part implements Subject {
    LOOP_DEVICES("loop devices"),
    MOUNTS("mounts"),
    CHECKER("the filesystem's checker");

    private final String words;

    Part(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
