package dev.nook.tools;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;
import java.util.regex.Pattern;

/// The rules that Maven's dependencies cannot keep.
final class Architecture {
  /// The methods of `java.nio.file.Files` that change a disk; the others only read.
  private static final Pattern CHANGES =
      Pattern.compile("(write|newOutput|newByteChannel|create|copy|move|delete|set).*");

  private Architecture() {}

  static final ArchRule THE_WIRE_STAYS_AT_THE_EDGE =
      CompositeArchRule.of(
              noClasses()
                  .that(not(named("dev.nook.rpc.Statuses")))
                  .should()
                  .accessFieldWhere(
                      describe(
                          "a constant of io.grpc.Status",
                          access ->
                              access.getTargetOwner().getName().equals("io.grpc.Status")
                                  && !access.getOriginOwner().equals(access.getTargetOwner()))))
          .and(
              noClasses()
                  .that((not(atTheEdge())))
                  .should()
                  .dependOnClassesThat(
                      resideInAnyPackage("csi.v1..", "nook.v1..", "pluginregistration..")))
          .as("the wire stays at the edge");

  static final ArchRule NATIVE_CODE_IS_BOUND_IN_ONE_PACKAGE =
      CompositeArchRule.of(
              noClasses()
                  .that((not(resideInAPackage("dev.nook.linux.syscall.."))))
                  .should()
                  .dependOnClassesThat(resideInAPackage("jnr..")))
          .and(noClasses().should().dependOnClassesThat(resideInAPackage("java.lang.foreign..")))
          .as("native code is bound in one package");

  static final ArchRule THE_DISK_IS_CHANGED_WHERE_IT_IS_NAMED =
      noClasses()
          .that(
              not(
                  resideInAnyPackage("dev.nook.linux.fs..", "dev.nook.linux.syscall..")
                      .or(named("dev.nook.node.path.KubeletPath"))
                      .or(named("dev.nook.rpc.CsiServer"))
                      .or(named("dev.nook.rpc.SocketFile"))
                      .or(named("dev.nook.rpc.peer.TlsFiles"))
                      .or(named("dev.nook.tools.quickstart.Pod"))))
          .should()
          .accessTargetWhere(describe("a change to the disk", Architecture::changesTheDisk))
          .as("the disk is changed in linux.fs and by the classes named here");

  static final ArchRule PROCESSES_AND_THREADS_START_WHERE_IT_IS_NAMED =
      CompositeArchRule.of(
              noClasses()
                  .that(
                      not(
                          resideInAPackage("dev.nook.linux.process..")
                              .or(named("dev.nook.tools.bench.process.Jvm"))))
                  .should()
                  .accessTargetWhere(describe("a new process", Architecture::startsAProcess)))
          .and(
              noClasses()
                  .that(
                      not(
                          resideInAnyPackage(
                                  "dev.nook.linux.process..",
                                  "dev.nook.driver..",
                                  "dev.nook.tools..")
                              .or(named("dev.nook.rpc.CallThreads"))
                              .or(named("dev.nook.linux.block.Questions"))
                              .or(named("dev.nook.linux.block.LoopNumbers"))))
                  .should()
                  .accessTargetWhere(describe("a new thread", Architecture::startsAThread)))
          .as("processes and threads start only where this rule names it");

  /// The rooms of the store, the uppermost first; `loop` and `directory` implement `backend`, and
  /// no other room sees them.
  private static final List<String> ROOMS =
      List.of(
          "host",
          "opening",
          "pool",
          "home",
          "trash",
          "guard",
          "catalog",
          "loop",
          "directory",
          "backend",
          "space",
          "record",
          "steps",
          "health",
          "volume",
          "error",
          "id");

  static final ArchRule ROOMS_OF_THE_STORE_SEE_ONLY_WHAT_IS_BELOW =
      ROOMS.stream()
          .skip(1)
          .map(Architecture::seesNothingAbove)
          .reduce((one, other) -> CompositeArchRule.of(one).and(other))
          .orElseThrow()
          .as("rooms of the store see only what is below");

  private static ArchRule seesNothingAbove(String room) {
    String[] above =
        ROOMS.subList(0, ROOMS.indexOf(room)).stream()
            .map(one -> "dev.nook.store." + one + "..")
            .toArray(String[]::new);
    return noClasses()
        .that(resideInAPackage("dev.nook.store." + room + ".."))
        .should()
        .dependOnClassesThat(resideInAnyPackage(above))
        .allowEmptyShould(true);
  }

  /// What stands behind the ports of the store. `id`, `volume`, `health` and `error` are the words
  /// that the ports speak.
  private static final String[] BEHIND_THE_PORTS =
      ROOMS.stream()
          .filter(room -> !List.of("id", "volume", "health", "error").contains(room))
          .map(room -> "dev.nook.store." + room + "..")
          .toArray(String[]::new);

  /// The driver is wired in one class; two benches time what lies behind the ports.
  static final ArchRule THE_STORE_IS_ENTERED_BY_ITS_PORTS =
      noClasses()
          .that(
              not(
                  resideInAPackage("dev.nook.store..")
                      .or(named("dev.nook.driver.serve.Driver"))
                      .or(named("dev.nook.tools.bench.FormatBench"))
                      .or(named("dev.nook.tools.bench.SnapshotsBench"))))
          .should()
          .dependOnClassesThat(resideInAnyPackage(BEHIND_THE_PORTS))
          .as("the store is entered by its ports");

  /// What serves one node does not load what a cluster needs.
  static final ArchRule A_NODE_KNOWS_NO_CLUSTER =
      noClasses()
          .that(
              not(
                  resideInAnyPackage(
                      "dev.nook.cluster..",
                      "dev.nook.trust..",
                      "dev.nook.driver",
                      "dev.nook.driver.controller..",
                      "dev.nook.testing..")))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dev.nook.cluster..",
                  "dev.nook.trust..",
                  "dev.nook.driver.controller..",
                  "io.fabric8..",
                  "org.bouncycastle.."))
          .as("a node knows no cluster");

  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.nook.(**)").should().beFreeOfCycles();

  private static DescribedPredicate<JavaClass> atTheEdge() {
    DescribedPredicate<JavaClass> ofAService =
        describe(
            "a record, a service or Replies",
            type -> {
              JavaClass top = type;
              while (top.getEnclosingClass().isPresent()) {
                top = top.getEnclosingClass().get();
              }
              return top.isRecord()
                  || top.getSimpleName().endsWith("Service")
                  || top.getSimpleName().equals("Replies");
            });
    return resideInAnyPackage(
            "csi.v1..",
            "nook.v1..",
            "pluginregistration..",
            "dev.nook.rpc..",
            "dev.nook.client..",
            "dev.nook.cluster..",
            "dev.nook.driver..",
            "dev.nook.tools..")
        .or(
            resideInAnyPackage(
                    "dev.nook.identity..",
                    "dev.nook.controller..",
                    "dev.nook.node..",
                    "dev.nook.trust..")
                .and(ofAService));
  }

  /// Matches the class of this name and those nested in it.
  private static DescribedPredicate<JavaClass> named(String name) {
    return describe(
        name, type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
  }

  private static boolean changesTheDisk(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return owner.equals("java.nio.file.Files") && CHANGES.matcher(access.getName()).matches()
        || owner.equals("java.nio.channels.FileChannel") && access.getName().equals("open")
        || owner.equals("java.io.File") && CHANGES.matcher(access.getName()).matches()
        || owner.equals("java.io.File") && access.getName().startsWith("mkdir")
        || owner.equals("java.io.FileOutputStream")
        || owner.equals("java.io.FileWriter")
        || owner.equals("java.io.RandomAccessFile");
  }

  private static boolean startsAProcess(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return owner.equals("java.lang.ProcessBuilder")
        || owner.equals("java.lang.Runtime") && access.getName().equals("exec");
  }

  private static boolean startsAThread(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getName();
    return owner.equals("java.lang.Thread")
            && (name.equals("<init>") || name.startsWith("of") || name.startsWith("startVirtual"))
        || owner.startsWith("java.lang.Thread$Builder")
        || owner.equals("java.util.concurrent.Executors")
        || owner.equals("java.util.Timer")
        || owner.endsWith("ThreadPoolExecutor") && name.equals("<init>");
  }
}
