package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemLogTest {
  private final ProblemLog log = new ProblemLog();

  private void accept(String... lines) {
    List.of(lines).forEach(log);
  }

  @Test
  void aLogOf1470IsRead() {
    accept(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<problem_log time=\"1796024490\">",
        "<invocation prog=\"/usr/sbin/e2fsck\" arg1=\"-f\" arg2=\"-y\"/>",
        "<header code=\"0x020000\"/>",
        "<problem code=\"0x020003\" answer=\"1\" fixed=\"1\" ino=\"2\" blk=\"4371\" num=\"24\"/>",
        "<problem code=\"0x05000f\" answer=\"1\" fixed=\"1\" blk=\"5\" blk2=\"56023\"/>",
        "</problem_log>");

    assertThat(log.begun()).isTrue();
    assertThat(log.finished()).isTrue();
    assertThat(log.problems())
        .containsExactly(
            new Problem(
                "0x020003",
                "an entry names an inode that is not in use, and is cleared, inode 2",
                true),
            new Problem("0x05000f", "the count of free blocks was wrong", false));
    assertThat(Outcome.of(log.problems())).isEqualTo(Outcome.MENDED_WITH_LOSS);
  }

  @Test
  void aLineThatWasCutOffCounts() {
    accept("<problem_log time=\"1\">", "<problem code=\"0x030004\" answer=\"1\"");

    assertThat(log.finished()).isFalse();
    assertThat(log.problems()).extracting(Problem::code).containsExactly("0x030004");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x010067", "0x040003", "0x030003", "0x000045", "0x770001", "0x060001"})
  void whatIsNotKnownToBeHarmlessMayLose(String code) {
    assertThat(E2fsckProblem.mayLose(code)).isTrue();
    assertThat(E2fsckProblem.describe(code)).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x000020", "0x00003f", "0x000040", "0x030004", "0x050003", "0x05001b"})
  void orphansAndCountsLoseNothing(String code) {
    assertThat(E2fsckProblem.mayLose(code)).isFalse();
  }

  @Test
  void ofAFloodTheOneThatLosesIsKept() {
    for (int i = 0; i < 3 * Repair.MOST_PROBLEMS; i++) {
      accept("<problem code=\"0x050003\" answer=\"1\" blk=\"" + i + "\"/>");
    }
    accept("<problem code=\"0x010067\" answer=\"1\"/>", "<problem code=\"0x010067\"/>");

    assertThat(log.problems()).hasSize(Repair.MOST_PROBLEMS + 1);
    assertThat(Outcome.of(log.problems())).isEqualTo(Outcome.MENDED_WITH_LOSS);
  }

  @Test
  void wordsOfATenantAreNoProblems() {
    accept("str=\"<problem code=\"0x010067\" answer=\"1\"/>", "", "<problem code=\"x\"/>");

    assertThat(log.problems()).isEmpty();
  }
}
