package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.ExpansionRefused;
import dev.nook.store.id.VolumeId;
import io.grpc.Status;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusesTest {
  private static final VolumeId ID = new VolumeId("v");

  private static final Map<StorageException, Status.Code> EXPECTED =
      Map.of(
          new StorageException.InvalidArgument("name", "is bad"), Status.Code.INVALID_ARGUMENT,
          new StorageException.NotFound(ID), Status.Code.NOT_FOUND,
          new StorageException.Incompatible(ID, "it is larger"), Status.Code.ALREADY_EXISTS,
          new StorageException.OutOfRange(ID, "too large"), Status.Code.OUT_OF_RANGE,
          new ExpansionRefused(ID, "too large"), Status.Code.OUT_OF_RANGE,
          new StorageException.Exhausted(ID, 2, 1), Status.Code.RESOURCE_EXHAUSTED,
          new StorageException.NotReady(ID, "in use"), Status.Code.FAILED_PRECONDITION,
          new StorageException.OperationPending(ID, "CreateVolume"), Status.Code.ABORTED,
          new StorageException.StaleToken("t"), Status.Code.ABORTED,
          new StorageException.Unavailable("starting"), Status.Code.UNAVAILABLE);

  @Test
  void everyKindOfStorageExceptionHasItsCode() {
    assertThat(EXPECTED.keySet().stream().map(Object::getClass))
        .containsExactlyInAnyOrder((Class<?>[]) StorageException.class.getPermittedSubclasses());
    EXPECTED.forEach((error, code) -> {
      assertThat(Statuses.of(error).getCode()).isEqualTo(code);
      assertThat(Statuses.of(error).getDescription()).isEqualTo(error.getMessage());
      assertThat(Statuses.of(error).getCause()).isNull();
    });
  }

  @Test
  void anExpansionThatIsRefusedLetsAPodStart() {
    ExpansionRefused refused = new ExpansionRefused(ID, "too large").toAPodThatStarts();

    assertThat(Statuses.of(refused).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refused).hasMessageStartingWith("v: too large: the pod starts with the size");
  }

  @Test
  void aHostFailureIsInternalAndSaysWhichCall() {
    IOException error = new SystemCallException("fsync", "/pool/meta", Errno.EIO);

    Status status = Statuses.of(error);

    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .isEqualTo(
            "this node failed: fsync /pool/meta: input/output error (EIO); see the driver's log");
    assertThat(status.getCause()).isSameAs(error);
  }

  @Test
  void aBugIsInternalAndKeepsItsMessageToItself() {
    RuntimeException bug = new IllegalStateException("password=hunter2");

    Status status = Statuses.of(bug);

    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .isEqualTo("the driver failed: IllegalStateException; see the driver's log");
    assertThat(status.getCause()).isSameAs(bug);
  }

  @Test
  void anErrorIsInternalToo() {
    assertThat(Statuses.of(new StackOverflowError()).getCode()).isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void aMessageIsCutBeforeTrailersOverflow() {
    Status status = Statuses.of(new StorageException.Unavailable("x".repeat(5000)));

    assertThat(status.getDescription()).hasSizeLessThan(1100).endsWith("…");
  }

  @Test
  void unknownNeverLeaves() {
    assertThat(Statuses.known(Status.UNKNOWN).getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(Statuses.known(Status.OK)).isSameAs(Status.OK);
  }

  @Test
  void everyCodeIsSomebodysTurn() {
    for (Status.Code code : Status.Code.values()) {
      assertThat(Statuses.turn(Status.fromCode(code))).isNotNull();
    }
    assertThat(Statuses.turn(Status.OK)).isEqualTo(Statuses.Turn.NOBODY);
    assertThat(Statuses.turn(Status.NOT_FOUND)).isEqualTo(Statuses.Turn.CALLER);
    assertThat(Statuses.turn(Status.ABORTED)).isEqualTo(Statuses.Turn.LATER);
    assertThat(Statuses.turn(Status.INTERNAL)).isEqualTo(Statuses.Turn.OURS);
  }
}
