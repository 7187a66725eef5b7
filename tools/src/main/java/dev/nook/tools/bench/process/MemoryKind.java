package dev.nook.tools.bench.process;

import java.util.List;
import java.util.Map;

/// What a part of a JVM's memory is there for.
enum MemoryKind {
  ARCHIVE("class archive"),
  HEAP("heap"),
  METASPACE("metaspace"),
  CODE("code cache"),
  STACKS("stacks of Java threads"),
  COLLECTOR("collector's tables"),
  MALLOC("malloc"),
  LIBRARIES("libraries, libjvm first"),
  CLASS_FILES("class files, mapped"),
  OTHER("other");

  /// The words of `jcmd System.map`.
  private static final Map<String, MemoryKind> BY_INFO =
      Map.of(
          "CDS", ARCHIVE,
          "JAVAHEAP", HEAP,
          "META", METASPACE,
          "CLASS", METASPACE,
          "CODE", CODE,
          "STACK", STACKS,
          "GC", COLLECTOR,
          "CARDTBL", COLLECTOR);

  private static final List<String> CLASS_FILES_END = List.of(".jar", "/lib/modules");

  private final String words;

  MemoryKind(String words) {
    this.words = words;
  }

  /// Returns the kind of a mapping.
  ///
  /// @param info what the JVM knows of it, `-` for nothing
  /// @param file what is mapped, `-` for nothing
  static MemoryKind of(String info, String file) {
    String word = info.contains("-") ? info.substring(0, info.indexOf('-')) : info;
    if (BY_INFO.containsKey(word)) {
      return BY_INFO.get(word);
    }
    if (CLASS_FILES_END.stream().anyMatch(file::endsWith)) {
      return CLASS_FILES;
    }
    if (file.contains(".so")) {
      return LIBRARIES;
    }
    return word.isEmpty() && (file.equals("-") || file.equals("[heap]")) ? MALLOC : OTHER;
  }

  String words() {
    return words;
  }
}
