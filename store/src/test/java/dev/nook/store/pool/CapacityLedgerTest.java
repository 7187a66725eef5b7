package dev.nook.store.pool;

import static dev.nook.store.Shape.Provisioning.THICK;
import static dev.nook.store.Shape.Provisioning.THIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolName;
import dev.nook.store.pool.CapacityLedger.Reservation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityLedgerTest {
  private static final long GIB = 1L << 30;
  private static final PoolConfig CONFIG =
      PoolConfig.of(new PoolName("default"), Path.of("/pool"))
          .withReserve(new PoolConfig.Reserve.Bytes(10 * GIB));

  private long free = 100 * GIB;

  private static Disk.Space space(long free) {
    return new Disk.Space(Optional.empty(), 100 * GIB, free, Long.MAX_VALUE);
  }

  private CapacityLedger ledger(PoolConfig config) throws IOException {
    return new CapacityLedger(config, true, () -> space(free), _ -> false);
  }

  @Test
  void theReserveIsNeverGivenOut() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);

    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
    assertThat(ledger.reserve("a", 0, 90 * GIB + 4096, THIN)).isEmpty();
  }

  /// An empty one has taken 1 GiB; one that holds volumes has taken what they have written too.
  @ParameterizedTest
  @CsvSource({"XFS, 99, 89.0", "XFS, 50, 88.9375", "EXT4, 50, 88.96875", "BTRFS, 50, 87.9765625"})
  void whatTheFilesystemTakesForItselfIsNeverGivenOut(FileSystemType type, long free, double left)
      throws IOException {
    var space = new Disk.Space(Optional.of(type), 100 * GIB, free * GIB, Long.MAX_VALUE);

    assertThat(new CapacityLedger(CONFIG, true, () -> space, _ -> false).size())
        .isEqualTo((long) (left * GIB));
    assertThat(new CapacityLedger(CONFIG, false, () -> space, _ -> false).size())
        .isEqualTo(90 * GIB);
  }

  @Test
  void nobodyIsAskedForRoomThatThePoolDoesNotHave() throws IOException {
    List<String> asked = new ArrayList<>();
    CapacityLedger ledger =
        new CapacityLedger(
            CONFIG,
            true,
            () -> space(free),
            attempt -> !asked.add("for room") && attempt.make() == CapacityLedger.Promise.MADE);
    var _ = ledger.reserve("a", 0, 50 * GIB, THIN).orElseThrow();

    assertThat(ledger.reserve("b", 0, 90 * GIB + 4096, THIN)).isEmpty();
    assertThat(asked).isEmpty();
    assertThat(ledger.reserve("b", 0, 90 * GIB, THIN)).isEmpty();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aSizeBelowTheFilesystemIsKeptTo() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withSize(20 * GIB));

    assertThat(ledger.available(THIN)).isEqualTo(20 * GIB);
    assertThat(ledger.size()).isEqualTo(20 * GIB);
  }

  @Test
  void aSizeAboveTheFilesystemPromisesNothing() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withSize(1000 * GIB));

    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void whatOthersWroteIsNotGivenOut() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);

    free = 15 * GIB;

    assertThat(ledger.available(THIN)).isEqualTo(5 * GIB);
    free = GIB;
    assertThat(ledger.available(THIN)).isZero();
  }

  @Test
  void aThinVolumeIsChargedItsSizeByTheRatioAndAThickOneInFull() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withOvercommit(4));

    ledger.charge("thin", 40 * GIB, THIN);
    assertThat(ledger.charged()).isEqualTo(10 * GIB);
    ledger.charge("thick", 40 * GIB, THICK);

    assertThat(ledger.charged()).isEqualTo(50 * GIB);
    assertThat(ledger.available(THICK)).isEqualTo(40 * GIB);
    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void chargesAboveTheBudgetLeaveNothingRatherThanLess() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);

    ledger.charge("a", 500 * GIB, THIN);

    assertThat(ledger.available(THIN)).isZero();
  }

  @Test
  void aReservationThatIsNotSettledIsTakenBack() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);

    try (Reservation _ = ledger.reserve("a", 0, 50 * GIB, THIN).orElseThrow()) {
      assertThat(ledger.available(THIN)).isEqualTo(40 * GIB);
    }

    assertThat(ledger.charged()).isZero();
    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void bytesThatArriveAreNotFreeThoughTheDiskDoesNotShowThemYet() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withSize(90 * GIB));
    free = 40 * GIB;

    try (Reservation _ = ledger.reserve("a", 0, 30 * GIB, THICK).orElseThrow()) {
      assertThat(ledger.reserve("b", 0, 4096, THICK)).isEmpty();
    }
  }

  @Test
  void growingReservesTheDifference() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 60 * GIB, THIN);

    assertThat(ledger.reserve("a", 60 * GIB, 91 * GIB, THIN)).isEmpty();
    try (Reservation growth = ledger.reserve("a", 60 * GIB, 90 * GIB, THIN).orElseThrow()) {
      growth.settle(90 * GIB);
    }

    assertThat(ledger.charged()).isEqualTo(90 * GIB);
  }

  @Test
  void aGrowthThatFailsLeavesTheOldCharge() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 60 * GIB, THIN);

    ledger.reserve("a", 60 * GIB, 90 * GIB, THIN).orElseThrow().close();

    assertThat(ledger.charged()).isEqualTo(60 * GIB);
  }

  @Test
  void trashCountsWhatItHoldsUntilItIsGone() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 60 * GIB, THIN);

    ledger.discard("a", "a.1", Optional.of(7 * GIB));
    assertThat(ledger.charged()).isEqualTo(7 * GIB);
    assertThat(ledger.trashBytes()).isEqualTo(7 * GIB);
    ledger.emptied("a.1");

    assertThat(ledger.charged()).isZero();
  }

  @Test
  void trashThatNobodyCanWeighKeepsItsCharge() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 60 * GIB, THIN);

    ledger.discard("a", "a.1", Optional.empty());

    assertThat(ledger.trashBytes()).isEqualTo(60 * GIB);
  }

  @Test
  void whatATemplateHoldsIsAvailableAndPromisedToNobodyUntilItIsGone() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 80 * GIB, THIN);

    assertThat(ledger.keep("template.1", 4 * GIB)).isTrue();

    assertThat(ledger.charged()).isEqualTo(80 * GIB);
    assertThat(ledger.available(THIN)).isEqualTo(10 * GIB);
    assertThat(ledger.reserve("b", 0, 6 * GIB + 4096, THIN)).isEmpty();
    assertThat(ledger.templateBytes()).isEqualTo(4 * GIB);
    ledger.emptied("template.1");
    assertThat(ledger.templateBytes()).isZero();
    assertThat(ledger.reserve("b", 0, 10 * GIB, THIN)).isPresent();
  }

  @Test
  void aTemplateTakesOnlyWhatNobodyWasPromised() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);
    ledger.charge("a", 88 * GIB, THIN);
    assertThat(ledger.keep("template.1", GIB)).isTrue();

    assertThat(ledger.keep("template.2", GIB + 4096)).isFalse();
    free = 10 * GIB;
    assertThat(ledger.keep("template.3", 4096)).as("others have filled the disk").isFalse();

    assertThat(ledger.available(THIN)).isZero();
    assertThat(ledger.charged()).isEqualTo(88 * GIB);
  }

  @Test
  void reservationsInParallelFillThePoolToTheLastBlockAndNoFurther()
      throws InterruptedException, ExecutionException, IOException {
    CapacityLedger ledger = ledger(CONFIG);
    List<Callable<Optional<Reservation>>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String key = "volume-" + i;
      calls.add(() -> ledger.reserve(key, 0, GIB, THIN));
    }

    int granted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Optional<Reservation>> call : threads.invokeAll(calls)) {
        granted += call.get().isPresent() ? 1 : 0;
      }
    }

    assertThat(granted).isEqualTo(90);
    assertThat(ledger.available(THIN)).isZero();
  }

  @Test
  void chargesThatComeToMoreThanALongLeaveNothing() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withOvercommit(1000));
    for (int i = 0; i < 5; i++) {
      ledger.charge("thick-" + i, Long.MAX_VALUE - 4096, THICK);
      ledger.chargeTrash("trash-" + i, Long.MAX_VALUE - 4096);
      ledger.kept("template-" + i, Long.MAX_VALUE - 4096);

      assertThat(ledger.charged()).isPositive();
      assertThat(ledger.available(THIN)).isZero();
      assertThat(ledger.available(THICK)).isZero();
      assertThat(ledger.reserve("more", 0, 4096, THIN)).isEmpty();
      assertThat(ledger.reserve("more", Long.MAX_VALUE, Long.MAX_VALUE - 1, THIN)).isPresent();
    }
  }

  @Test
  void aReservationThatIsExtendedByMoreThanALongIsRefused() throws IOException {
    CapacityLedger ledger = ledger(CONFIG);

    Reservation reservation = ledger.reserve("a", 0, 4096, THIN).orElseThrow();

    assertThat(reservation.extend(Long.MAX_VALUE)).isFalse();
    assertThat(reservation.bytes()).isEqualTo(4096);
    assertThat(ledger.charged()).isEqualTo(CapacityLedger.LEAST);
  }

  @Test
  void whateverExistsIsChargedTheLeast() throws IOException {
    CapacityLedger ledger = ledger(CONFIG.withSize(4 * CapacityLedger.LEAST).withOvercommit(100));
    ledger.charge("empty", 0, THICK);
    ledger.charge("thin", CapacityLedger.LEAST, THIN);
    ledger.chargeBeside("thin keeps", 4096);
    ledger.chargeTrash("trash", 0);

    assertThat(ledger.charged()).isEqualTo(3 * CapacityLedger.LEAST + 4096);
    assertThat(ledger.available(THIN)).isZero();
    assertThat(ledger.reserve("one more", 0, 0, THICK)).isEmpty();
    assertThat(ledger.reserve("one more", 0, 4096, THIN)).isEmpty();
    ledger.chargeBeside("thin keeps", 0);
    assertThat(ledger.available(THIN)).isEqualTo(100 * CapacityLedger.LEAST);
    try (Reservation one = ledger.reserve("one more", 0, 0, THICK).orElseThrow()) {
      one.settle(0);
    }
    assertThat(ledger.charged()).isEqualTo(4 * CapacityLedger.LEAST);
  }
}
