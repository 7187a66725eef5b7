import static java.lang.classfile.ClassFile.ConstantPoolSharingOption.NEW_POOL;
import static java.lang.classfile.ClassFile.DeadCodeOption.PATCH_DEAD_CODE;
import static java.lang.classfile.ClassFile.DebugElementsOption.DROP_DEBUG;
import static java.lang.classfile.ClassFile.StackMapsOption.GENERATE_STACK_MAPS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Makes classes fit for the JVM's archive, in place. Classes of compilers before Java 6 are given
/// stack maps: without them the archive holds no class linked, nor what depends on such a class,
/// which is picocli and a part of jnr. All lose the names of their local variables, which only a
/// debugger reads and which the archive would keep in memory; line numbers stay.
///
/// Run as `java ImageClasses.java FOLDER`, on classes below a folder.
final class ImageClasses {
  /// The first version whose classes an archive holds as they were verified.
  private static final int FIRST = ClassFile.JAVA_6_VERSION;

  private final Path folder;
  private final ClassFile format;
  private int mapped;
  private int left;

  private ImageClasses(Path folder) {
    this.folder = folder;
    var known =
        ClassHierarchyResolver.ofResourceParsing(this::open)
            .orElse(ClassHierarchyResolver.defaultResolver());
    format =
        ClassFile.of(
            ClassHierarchyResolverOption.of(known),
            GENERATE_STACK_MAPS,
            PATCH_DEAD_CODE,
            DROP_DEBUG,
            NEW_POOL);
  }

  public static void main(String[] arguments) throws IOException {
    var classes = new ImageClasses(Path.of(arguments[0]));
    List<Path> all;
    try (Stream<Path> files = Files.walk(classes.folder)) {
      all = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : all) {
      classes.change(file);
    }
    System.out.println(
        "%d classes were given stack maps; of %d, %d keep the names of local variables"
            .formatted(classes.mapped, all.size(), classes.left));
  }

  private void change(Path file) throws IOException {
    ClassModel model = format.parse(Files.readAllBytes(file));
    boolean old = model.majorVersion() < FIRST;
    try {
      Files.write(file, format.transformClass(model, old ? versioned() : bodies()));
      mapped += old ? 1 : 0;
    } catch (IllegalArgumentException e) {
      if (old) {
        throw e;
      }
      left++; // It extends a class that is not there, so that nothing can load it either.
    }
  }

  private static ClassTransform bodies() {
    return ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
  }

  private static ClassTransform versioned() {
    return bodies()
        .andThen(ClassTransform.dropping((ClassElement part) -> part instanceof ClassFileVersion))
        .andThen(ClassTransform.endHandler(made -> made.withVersion(ClassFile.JAVA_8_VERSION, 0)));
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
}
