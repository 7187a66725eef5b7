package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/// Controllers that look after the same authorities.
class AuthorityUpkeepTest {
  private final MemoryAuthorities store = new MemoryAuthorities();

  @Test
  void theFirstLookMakesAnAuthorityAndShowsItToNodes() throws IOException {
    AuthorityUpkeep upkeep = upkeep();

    upkeep.look();

    assertThat(upkeep.issuer()).hasValue(store.read().authorities().all().getFirst());
    assertThat(store.published()).isEqualTo(upkeep.trusted()).contains("BEGIN CERTIFICATE");
  }

  @Test
  void theSecondLookChangesNothing() throws IOException {
    AuthorityUpkeep upkeep = upkeep();
    upkeep.look();

    upkeep.look();

    assertThat(store.writes()).isEqualTo(1);
  }

  @Test
  void theLoserOfARaceTakesTheAuthorityOfTheWinner() throws IOException {
    AuthorityUpkeep winner = upkeep();
    AuthorityUpkeep loser = upkeep();
    store.beforeTheNextWrite(_ -> look(winner));

    loser.look();

    assertThat(store.writes()).isEqualTo(1);
    assertThat(loser.issuer()).isPresent().isEqualTo(winner.issuer());
    assertThat(store.published()).isEqualTo(loser.trusted());
  }

  @Test
  void nobodySignsBeforeTheAuthorityIsKnown() {
    assertThat(upkeep().issuer()).isEmpty();
  }

  private AuthorityUpkeep upkeep() {
    return new AuthorityUpkeep(store, new Certificates(), Clock.systemUTC());
  }

  private static void look(AuthorityUpkeep upkeep) {
    try {
      upkeep.look();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
