import static java.lang.classfile.ClassFile.DeadCodeOption.PATCH_DEAD_CODE;
import static java.lang.classfile.ClassFile.StackMapsOption.GENERATE_STACK_MAPS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Gives stack maps to classes of compilers before Java 6, in place. The JVM's archive holds no
/// class without them linked, nor what depends on such a class: picocli and a part of jnr.
///
/// Run as `java StackMaps.java FOLDER`, on classes below a folder.
final class StackMaps {
  /// The first version whose classes an archive holds as they were verified.
  private static final int FIRST = ClassFile.JAVA_6_VERSION;

  private final Path folder;
  private final ClassFile format;

  private StackMaps(Path folder) {
    this.folder = folder;
    var known =
        ClassHierarchyResolver.ofResourceParsing(this::open)
            .orElse(ClassHierarchyResolver.defaultResolver());
    format =
        ClassFile.of(
            ClassHierarchyResolverOption.of(known), GENERATE_STACK_MAPS, PATCH_DEAD_CODE);
  }

  public static void main(String[] arguments) throws IOException {
    var maps = new StackMaps(Path.of(arguments[0]));
    List<Path> old;
    try (Stream<Path> files = Files.walk(maps.folder)) {
      old = files.filter(file -> file.toString().endsWith(".class")).filter(StackMaps::isOld).toList();
    }
    for (Path file : old) {
      Files.write(file, maps.added(Files.readAllBytes(file)));
    }
    System.out.println(old.size() + " classes were given stack maps");
  }

  private byte[] added(byte[] old) {
    var model = format.parse(old);
    return format.build(
        model.thisClass().asSymbol(),
        made -> {
          model.forEach(part -> {
            if (!(part instanceof ClassFileVersion)) {
              made.with(part);
            }
          });
          made.withVersion(ClassFile.JAVA_8_VERSION, 0);
        });
  }

  private InputStream open(ClassDesc name) {
    String text = name.descriptorString();
    try {
      Path file = folder.resolve(text.substring(1, text.length() - 1) + ".class");
      return Files.exists(file) ? Files.newInputStream(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOld(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] head = bytes.readNBytes(8);
      return ((head[6] & 0xff) << 8 | (head[7] & 0xff)) < FIRST;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
