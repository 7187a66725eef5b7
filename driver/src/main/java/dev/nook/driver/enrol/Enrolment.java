package dev.nook.driver.enrol;

import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.OwnKey;
import dev.nook.rpc.peer.Renewal;
import dev.nook.rpc.peer.TlsFiles;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;

/// Keeps the certificate of a node valid, on a thread of its own: asks for one where there is none,
/// and for the next after a third of its life. It tries for ever, and what the node does for its
/// pods never waits for it.
public final class Enrolment implements AutoCloseable {
  private final EnrolmentCall call;
  private final TlsFiles files;
  private final LiveCredentials credentials;
  private final Clock clock;
  private final Renewal renewal = new Renewal(new SplittableRandom());
  private final RepeatedTask task =
      new RepeatedTask("nook-enrolment", "no new certificate", this::keep);

  /// @param files where the key and its certificate are put; the authorities are read from there
  /// @param credentials those of the same files
  public Enrolment(EnrolmentPoint point, TlsFiles files, LiveCredentials credentials, Clock clock) {
    this.call = new EnrolmentCall(point, files.authorities());
    this.files = files;
    this.credentials = credentials;
    this.clock = clock;
  }

  public void start() {
    task.start();
  }

  /// Does what is due, and returns how long there is nothing to do.
  Duration turn() {
    return task.turn();
  }

  private Duration keep() throws IOException {
    credentials.refresh();
    Duration due = due();
    if (due.isZero()) {
      enrol();
      return due();
    }
    return due;
  }

  private Duration due() {
    return renewal.due(credentials.certificate(), clock.instant());
  }

  private void enrol() throws IOException {
    OwnKey key = OwnKey.make();
    key.keep(files, call.certify(key.publicKey()));
    credentials.refresh();
    if (credentials
        .certificate()
        .filter(now -> now.getPublicKey().equals(key.publicKey()))
        .isEmpty()) {
      throw new IOException("the certificate that the controller gave is not one for this node");
    }
  }

  @Override
  public void close() {
    task.close();
  }
}
