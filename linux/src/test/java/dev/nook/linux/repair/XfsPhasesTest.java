package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.process.Output;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import org.junit.jupiter.api.Test;

class XfsPhasesTest {
  private static final String CLEAN =
      """
      Phase 1 - find and verify superblock...
      Cannot get host filesystem geometry.
      Phase 2 - using internal log
              - zero log...
      Phase 3 - for each AG...
              - agno = 0
      Phase 4 - check for duplicate blocks...
      No modify flag set, skipping phase 5
      Phase 6 - check inode connectivity...
      Phase 7 - verify link counts...
      No modify flag set, skipping filesystem flush and exiting.
      """;

  @Test
  void stepsAreNoProblems() {
    assertThat(XfsPhases.of(CLEAN).problems()).isEmpty();
    assertThat(XfsPhases.of(CLEAN).isEnded()).isTrue();
  }

  @Test
  void whatIsMadeAnewLosesNothing() {
    XfsPhases phases =
        XfsPhases.of(CLEAN.replace("        - zero log...", "reset bad agf for ag 1"));

    assertThat(phases.problems())
        .containsExactly(new Problem("phase 2", "reset bad agf for ag 1", false));
    assertThat(Outcome.of(phases.problems())).isEqualTo(Outcome.MENDED);
  }

  @Test
  void whatIsClearedMayBeAFile() {
    XfsPhases phases = XfsPhases.of(CLEAN.replace("        - agno = 0", "cleared inode 133\u001b"));

    assertThat(phases.problems())
        .containsExactly(new Problem("phase 3", "cleared inode 133?", true));
  }

  @Test
  void whatWasCutOffAtItsBeginningMayHaveBeenAFile() {
    String end = "bad thing\nPhase 7 - verify link counts...\n";

    assertThat(XfsPhases.of(end).problems()).allMatch(Problem::mayLose);
    assertThat(XfsPhases.of("Phase 3 - for each AG...\n").isEnded()).isFalse();
  }

  @Test
  void aLimitIsToldByItsSignalOrByTheToolsWords() {
    assertThat(Said.byALimit(new Output(137, "", ""))).isTrue();
    assertThat(Said.byALimit(new Output(8, "", "Memory allocation failed"))).isTrue();
    assertThat(Said.byALimit(new Output(0, "out of memory", ""))).isFalse();
    assertThat(Said.byALimit(new Output(8, "", "Bad magic number in super-block"))).isFalse();
    assertThat(Said.of(new Output(0, "a\u001b[2Jb\n\n", "c"))).isEqualTo("a?[2Jb\nc");
  }
}
