package dev.nook.store.id;

import java.nio.file.Path;

/// What an error is about. Its words begin the message, which a CO may show to its user.
public sealed interface Subject
    permits StoredId, Name, PoolName, Subject.PoolImage, Subject.At, Subject.Device, Subject.Part {
  /// What it is called in a message: an id or a path as it is, a pool as "pool NAME".
  default String words() {
    return toString();
  }

  /// The file in which a pool lies.
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
