package dev.nook.testing.fake;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Walks over real folders below a temporary one.
final class Tree {
  private Tree() {}

  record Content(long bytes, long files) {}

  record Entry(long inode, int links, long bytes) {}

  /// Returns a folder and everything in it, as deep as a path can name.
  static List<Entry> entries(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes)
              throws IOException {
            return visitFile(at, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Map<String, Object> all =
                Files.readAttributes(file, "unix:ino,nlink", LinkOption.NOFOLLOW_LINKS);
            long bytes = attributes.isDirectory() ? 0 : attributes.size();
            entries.add(
                new Entry(
                    (Long) all.getOrDefault("ino", 0L),
                    (Integer) all.getOrDefault("nlink", 0),
                    bytes));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
    return entries;
  }

  static Content measure(Path folder) throws IOException {
    List<Entry> entries = entries(folder);
    return new Content(
        entries.stream().mapToLong(entry -> roundUp(entry.bytes())).sum(), entries.size());
  }

  static long roundUp(long bytes) {
    return (bytes + 4095) / 4096 * 4096;
  }

  /// Copies the content of a folder into another, with modes and links.
  static void copy(Path from, Path to) throws IOException {
    copy(from, to, _ -> false);
  }

  /// @param without entries that are left out, with everything below them
  static void copy(Path from, Path to, Predicate<Path> without) throws IOException {
    Set<Path> left = new HashSet<>();
    try (Stream<Path> walk = Files.walk(from).skip(1)) {
      for (Path source : (Iterable<Path>) walk::iterator) {
        if (left.contains(source.getParent()) || without.test(source)) {
          left.add(source);
        } else {
          Files.copy(
              source,
              to.resolve(from.relativize(source)),
              StandardCopyOption.COPY_ATTRIBUTES,
              LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
