package dev.nook.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.nook.controller.planted.ChangesTheDisk;
import dev.nook.controller.planted.KnowsTheCluster;
import dev.nook.controller.planted.LeaksTheWire;
import dev.nook.controller.planted.PassesThePorts;
import dev.nook.controller.planted.StartsAThread;
import dev.nook.store.planted.BindsNativeCode;
import dev.nook.store.planted.one.First;
import dev.nook.store.planted.two.Second;
import dev.nook.store.space.planted.LooksUp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each rule holds for the whole product and fails on a class that is planted to break it: a rule
/// with a misspelt package name would otherwise always hold.
class ArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location ->
              !location.contains("/nook-testing")
                  && !location.contains("/testing/")
                  && !location.contains("-tests.jar"))
          .importPackages("dev.nook");

  private static final Map<ArchRule, List<Class<?>>> OFFENDERS =
      Map.of(
          Architecture.THE_WIRE_STAYS_AT_THE_EDGE, List.of(LeaksTheWire.class),
          Architecture.NATIVE_CODE_IS_BOUND_IN_ONE_PACKAGE, List.of(BindsNativeCode.class),
          Architecture.THE_DISK_IS_CHANGED_WHERE_IT_IS_NAMED, List.of(ChangesTheDisk.class),
          Architecture.PROCESSES_AND_THREADS_START_WHERE_IT_IS_NAMED, List.of(StartsAThread.class),
          Architecture.ROOMS_OF_THE_STORE_SEE_ONLY_WHAT_IS_BELOW, List.of(LooksUp.class),
          Architecture.THE_STORE_IS_ENTERED_BY_ITS_PORTS, List.of(PassesThePorts.class),
          Architecture.A_NODE_KNOWS_NO_CLUSTER, List.of(KnowsTheCluster.class),
          Architecture.PACKAGES_HAVE_NO_CYCLES, List.of(First.class, Second.class));

  static Set<ArchRule> rules() {
    return OFFENDERS.keySet();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theProductKeepsTheRule(ArchRule rule) {
    assertThat(PRODUCT).as("classes looked at").hasSizeGreaterThan(20);
    rule.check(PRODUCT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void thePlantedOffenderBreaksTheRule(ArchRule rule) {
    JavaClasses planted = new ClassFileImporter().importClasses(OFFENDERS.get(rule));

    assertThat(rule.evaluate(planted).hasViolation()).isTrue();
  }
}
