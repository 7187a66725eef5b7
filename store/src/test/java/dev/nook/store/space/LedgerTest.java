package dev.nook.store.space;

import static dev.nook.store.volume.Shape.Provisioning.THICK;
import static dev.nook.store.volume.Shape.Provisioning.THIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Ledger.Reservation;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerTest {
  private static final long GIB = 1L << 30;
  private static final Budget BUDGET = new Budget(Optional.empty(), _ -> 10 * GIB, 0, 1);

  @TempDir Path root;

  private long free = 100 * GIB;

  private static Disk.Space space(long free) {
    return new Disk.Space(Optional.empty(), 100 * GIB, free, Long.MAX_VALUE);
  }

  private Ledger ledger(Budget budget) throws IOException {
    return new Ledger(budget, () -> space(free));
  }

  private static Budget withSize(long bytes) {
    return new Budget(Optional.of(bytes), _ -> 10 * GIB, 0, 1);
  }

  private static Budget withOvercommit(double ratio) {
    return new Budget(Optional.empty(), _ -> 10 * GIB, 0, ratio);
  }

  private static Optional<Reservation> reserve(
      Ledger ledger, String id, long from, long to, Provisioning provisioning) throws IOException {
    Reservation reservation =
        ledger.open(new Key.Stored(new VolumeId(id)), Charge.of(from, provisioning));
    return reservation.extend(Charge.of(to, provisioning)) == Ledger.Outcome.CLAIMED
        ? Optional.of(reservation)
        : Optional.empty();
  }

  @Test
  void theReserveIsNeverGivenOut() throws IOException {
    Ledger ledger = ledger(BUDGET);

    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
    assertThat(reserve(ledger, "a", 0, 90 * GIB + 4096, THIN)).isEmpty();
  }

  /// An empty one has taken 1 GiB; one that holds volumes has taken what they have written too.
  @ParameterizedTest
  @CsvSource({"XFS, 99, 89.0", "XFS, 50, 88.9375", "EXT4, 50, 88.96875", "BTRFS, 50, 87.9765625"})
  void whatTheFilesystemTakesForItselfIsNeverGivenOut(FileSystemType type, long free, double left)
      throws IOException {
    var space = new Disk.Space(Optional.of(type), 100 * GIB, free * GIB, Long.MAX_VALUE);
    PoolConfig pool =
        PoolConfig.of(new PoolName("default"), Path.of("/pool"))
            .withReserve(new PoolConfig.Reserve.Bytes(10 * GIB));

    assertThat(new Ledger(Budget.of(pool, space, true), () -> space).size())
        .isEqualTo((long) (left * GIB));
    assertThat(new Ledger(Budget.of(pool, space, false), () -> space).size()).isEqualTo(90 * GIB);
  }

  @Test
  void nobodyIsAskedForRoomThatThePoolDoesNotHave() throws IOException {
    List<String> asked = new ArrayList<>();
    Ledger ledger = ledger(BUDGET);
    Claims claims =
        claims(
            ledger, attempt -> !asked.add("for room") && attempt.make() == Ledger.Outcome.CLAIMED);
    var _ = reserve(ledger, "a", 0, 50 * GIB, THIN).orElseThrow();

    assertExhausted(claims, 90 * GIB + 4096);
    assertThat(asked).isEmpty();
    assertExhausted(claims, 90 * GIB);
    assertThat(asked).hasSize(1);
  }

  private Claims claims(Ledger ledger, Claims.Reclaimer reclaimer) {
    Layout layout = new Layout(root);
    Policies policies = Policies.of(new FakeKernel(root).linux(), layout, ledger.space());
    QuotaLimits limits = new QuotaLimits(layout, policies, new Nothing(), ledger);
    return new Claims(PoolName.DEFAULT, ledger, limits, reclaimer);
  }

  private record Nothing() implements Standing {
    @Override
    public Optional<Volume> known(VolumeId id) {
      return Optional.empty();
    }

    @Override
    public Stream<Volume> known() {
      return Stream.empty();
    }
  }

  private static void assertExhausted(Claims claims, long bytes) {
    assertThatThrownBy(() -> claims.claim(new VolumeId("b"), Charge.of(bytes, THIN)))
        .isInstanceOf(StorageException.Exhausted.class);
  }

  @Test
  void aSizeBelowTheFilesystemIsKeptTo() throws IOException {
    Ledger ledger = ledger(withSize(20 * GIB));

    assertThat(ledger.available(THIN)).isEqualTo(20 * GIB);
    assertThat(ledger.size()).isEqualTo(20 * GIB);
  }

  @Test
  void aSizeAboveTheFilesystemPromisesNothing() throws IOException {
    Ledger ledger = ledger(withSize(1000 * GIB));

    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void whatOthersWroteIsNotGivenOut() throws IOException {
    Ledger ledger = ledger(BUDGET);

    free = 15 * GIB;

    assertThat(ledger.available(THIN)).isEqualTo(5 * GIB);
    free = GIB;
    assertThat(ledger.available(THIN)).isZero();
  }

  @Test
  void aThinVolumeIsChargedItsSizeByTheRatioAndAThickOneInFull() throws IOException {
    Ledger ledger = ledger(withOvercommit(4));

    ledger.charge(new VolumeId("thin"), 40 * GIB, THIN);
    assertThat(ledger.charged()).isEqualTo(10 * GIB);
    ledger.charge(new VolumeId("thick"), 40 * GIB, THICK);

    assertThat(ledger.charged()).isEqualTo(50 * GIB);
    assertThat(ledger.available(THICK)).isEqualTo(40 * GIB);
    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void chargesAboveTheBudgetLeaveNothingRatherThanLess() throws IOException {
    Ledger ledger = ledger(BUDGET);

    ledger.charge(new VolumeId("a"), 500 * GIB, THIN);

    assertThat(ledger.available(THIN)).isZero();
  }

  @Test
  void aReservationThatIsNotSettledIsTakenBack() throws IOException {
    Ledger ledger = ledger(BUDGET);

    Reservation reservation = reserve(ledger, "a", 0, 50 * GIB, THIN).orElseThrow();
    assertThat(ledger.available(THIN)).isEqualTo(40 * GIB);
    reservation.cancel();

    assertThat(ledger.charged()).isZero();
    assertThat(ledger.available(THIN)).isEqualTo(90 * GIB);
  }

  @Test
  void bytesThatArriveAreNotFreeThoughTheDiskDoesNotShowThemYet() throws IOException {
    Ledger ledger = ledger(withSize(90 * GIB));
    free = 40 * GIB;

    var _ = reserve(ledger, "a", 0, 30 * GIB, THICK).orElseThrow();

    assertThat(reserve(ledger, "b", 0, 4096, THICK)).isEmpty();
  }

  @Test
  void growingReservesTheDifference() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 60 * GIB, THIN);

    assertThat(reserve(ledger, "a", 60 * GIB, 91 * GIB, THIN)).isEmpty();
    Reservation growth = reserve(ledger, "a", 60 * GIB, 90 * GIB, THIN).orElseThrow();
    growth.settle(Charge.of(90 * GIB, THIN));

    assertThat(ledger.charged()).isEqualTo(90 * GIB);
  }

  @Test
  void aGrowthThatFailsLeavesTheOldCharge() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 60 * GIB, THIN);

    reserve(ledger, "a", 60 * GIB, 90 * GIB, THIN).orElseThrow().cancel();

    assertThat(ledger.charged()).isEqualTo(60 * GIB);
  }

  @Test
  void trashCountsWhatItHoldsUntilItIsGone() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 60 * GIB, THIN);

    ledger.discard(new VolumeId("a"), new Entry("a.1"), Optional.of(7 * GIB));
    assertThat(ledger.charged()).isEqualTo(7 * GIB);
    assertThat(ledger.trashBytes()).isEqualTo(7 * GIB);
    ledger.emptied(new Entry("a.1"));

    assertThat(ledger.charged()).isZero();
  }

  @Test
  void trashThatNobodyCanWeighKeepsItsCharge() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 60 * GIB, THIN);

    ledger.discard(new VolumeId("a"), new Entry("a.1"), Optional.empty());

    assertThat(ledger.trashBytes()).isEqualTo(60 * GIB);
  }

  @Test
  void whatATemplateHoldsIsAvailableAndPromisedToNobodyUntilItIsGone() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 80 * GIB, THIN);

    assertThat(ledger.setAside(new Entry("template.1"), 4 * GIB)).isTrue();

    assertThat(ledger.charged()).isEqualTo(80 * GIB);
    assertThat(ledger.available(THIN)).isEqualTo(10 * GIB);
    assertThat(reserve(ledger, "b", 0, 6 * GIB + 4096, THIN)).isEmpty();
    assertThat(ledger.templateBytes()).isEqualTo(4 * GIB);
    ledger.emptied(new Entry("template.1"));
    assertThat(ledger.templateBytes()).isZero();
    assertThat(reserve(ledger, "b", 0, 10 * GIB, THIN)).isPresent();
  }

  @Test
  void aTemplateTakesOnlyWhatNobodyWasPromised() throws IOException {
    Ledger ledger = ledger(BUDGET);
    ledger.charge(new VolumeId("a"), 88 * GIB, THIN);
    assertThat(ledger.setAside(new Entry("template.1"), GIB)).isTrue();

    assertThat(ledger.setAside(new Entry("template.2"), GIB + 4096)).isFalse();
    free = 10 * GIB;
    assertThat(ledger.setAside(new Entry("template.3"), 4096))
        .as("others have filled the disk")
        .isFalse();

    assertThat(ledger.available(THIN)).isZero();
    assertThat(ledger.charged()).isEqualTo(88 * GIB);
  }

  @Test
  void reservationsInParallelFillThePoolToTheLastBlockAndNoFurther()
      throws InterruptedException, ExecutionException, IOException {
    Ledger ledger = ledger(BUDGET);
    List<Callable<Optional<Reservation>>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String key = "volume-" + i;
      calls.add(() -> reserve(ledger, key, 0, GIB, THIN));
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
    Ledger ledger = ledger(withOvercommit(1000));
    for (int i = 0; i < 5; i++) {
      ledger.charge(new VolumeId("thick-" + i), Long.MAX_VALUE - 4096, THICK);
      ledger.chargeTrash(new Entry("trash-" + i), Long.MAX_VALUE - 4096);
      ledger.setTemplate(new Entry("template-" + i), Long.MAX_VALUE - 4096);

      assertThat(ledger.charged()).isPositive();
      assertThat(ledger.available(THIN)).isZero();
      assertThat(ledger.available(THICK)).isZero();
      assertThat(reserve(ledger, "more", 0, 4096, THIN)).isEmpty();
      assertThat(reserve(ledger, "more", Long.MAX_VALUE, Long.MAX_VALUE - 1, THIN)).isPresent();
    }
  }

  @Test
  void aReservationThatIsExtendedByMoreThanALongIsRefused() throws IOException {
    Ledger ledger = ledger(BUDGET);

    Reservation reservation = reserve(ledger, "a", 0, 4096, THIN).orElseThrow();

    assertThat(reservation.extend(Charge.of(Long.MAX_VALUE, THICK)))
        .isEqualTo(Ledger.Outcome.NOT_LEFT);
    assertThat(reservation.bytes()).isEqualTo(4096);
    assertThat(ledger.charged()).isEqualTo(Ledger.LEAST);
  }

  @Test
  void whateverExistsIsChargedTheLeast() throws IOException {
    Ledger ledger = ledger(new Budget(Optional.of(4 * Ledger.LEAST), _ -> 10 * GIB, 0, 100));
    ledger.charge(new VolumeId("empty"), 0, THICK);
    ledger.charge(new VolumeId("thin"), Ledger.LEAST, THIN);
    ledger.pin(new VolumeId("thin"), 4096);
    ledger.chargeTrash(new Entry("trash"), 0);

    assertThat(ledger.charged()).isEqualTo(3 * Ledger.LEAST + 4096);
    assertThat(ledger.available(THIN)).isZero();
    assertThat(reserve(ledger, "one more", 0, 0, THICK)).isEmpty();
    assertThat(reserve(ledger, "one more", 0, 4096, THIN)).isEmpty();
    ledger.pin(new VolumeId("thin"), 0);
    assertThat(ledger.available(THIN)).isEqualTo(100 * Ledger.LEAST);
    Reservation one = reserve(ledger, "one more", 0, 0, THICK).orElseThrow();
    one.settle(Charge.of(0, THICK));
    assertThat(ledger.charged()).isEqualTo(4 * Ledger.LEAST);
  }
}
