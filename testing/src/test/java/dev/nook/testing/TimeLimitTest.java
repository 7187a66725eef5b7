package dev.nook.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Tests that no test can hang a run: the build's time limit ends each.
@ExtendWith(TimeLimitTest.Reader.class)
class TimeLimitTest {
  private static final String LIMIT = "junit.jupiter.execution.timeout.default";
  private static final String MODE = "junit.jupiter.execution.timeout.thread.mode.default";

  /// Never counted down while the planted test runs.
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private static String limit = "none";
  private static String mode = "none";

  @Test
  void everyTestHasALimit() {
    assertThat(limit).matches("[1-9]\\d* [mhd]");
  }

  @Test
  void aTestThatTakesNoInterruptFailsAtItsLimitAndTheNextOneRuns() {
    var heard = new SummaryGeneratingListener();

    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Planted.class))
                .configurationParameter(MODE, mode)
                .configurationParameter(LIMIT, "100 ms")
                .build(),
            heard);

    NEVER.countDown();
    TestExecutionSummary summary = heard.getSummary();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getFailures())
        .singleElement()
        .extracting(TestExecutionSummary.Failure::getException)
        .isInstanceOf(TimeoutException.class);
  }

  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Planted {
    @Test
    @Order(1)
    void hangs() {
      while (NEVER.getCount() > 0) {
        Thread.onSpinWait();
      }
    }

    @Test
    @Order(2)
    void runs() {
      assertThat(NEVER.getCount()).isEqualTo(1);
    }
  }

  /// Reads the time limit of this run.
  static final class Reader implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      limit = context.getConfigurationParameter(LIMIT).orElse("none");
      mode = context.getConfigurationParameter(MODE).orElse("none");
      return ConditionEvaluationResult.enabled("it only reads");
    }
  }
}
