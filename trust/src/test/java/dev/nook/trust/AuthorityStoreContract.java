package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What any place for authorities does.
abstract class AuthorityStoreContract {
  private final Certificates certificates = new Certificates();

  abstract AuthorityStore store();

  /// Returns what nodes see.
  abstract String published();

  @Test
  void thereAreNoneBeforeTheFirst() throws IOException {
    assertThat(store().read().authorities()).isEqualTo(Authorities.NONE);
  }

  @Test
  void whatWasPutThereIsRead() throws IOException {
    Authorities some = some();

    assertThat(store().replace(store().read(), some)).isTrue();

    assertThat(store().read().authorities()).isEqualTo(some);
  }

  @Test
  void whoReadBeforeAnotherWroteChangesNothing() throws IOException {
    AuthorityStore.Seen late = store().read();
    Authorities first = some();
    assertThat(store().replace(store().read(), first)).isTrue();

    assertThat(store().replace(late, some())).isFalse();

    assertThat(store().read().authorities()).isEqualTo(first);
  }

  @Test
  void nodesSeeWhatWasPublishedLast() throws IOException {
    store().publish("one");
    store().publish("two");

    assertThat(published()).isEqualTo("two");
  }

  private Authorities some() {
    return Authorities.NONE.at(Instant.now(), certificates::authority);
  }
}
