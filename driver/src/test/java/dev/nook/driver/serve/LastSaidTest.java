package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastSaidTest {
  private final LastSaid said = new LastSaid();

  @Test
  void whatIsSaidOfAThingIsNewOnceUntilItChanges() {
    assertThat(said.isNew("default", "open")).isTrue();
    assertThat(said.isNew("default", "open")).isFalse();
    assertThat(said.isNew("other", "open")).isTrue();

    assertThat(said.isNew("default", "closed: no such directory")).isTrue();
    assertThat(said.isNew("default", "open")).isTrue();
  }

  @Test
  void anotherLoopDeviceIsNoChange() {
    assertThat(said.isNew("default", "closed: mount /dev/loop7: Input/output error")).isTrue();
    assertThat(said.isNew("default", "closed: mount /dev/loop12: Input/output error")).isFalse();

    assertThat(said.isNew("default", "closed: mount /dev/loop12: No such device")).isTrue();
    assertThat(said.isNew("default", "closed: /pools/loop7x/a: No such device")).isTrue();
    assertThat(said.isNew("default", "closed: /pools/loop8x/a: No such device")).isTrue();
  }

  @Test
  void whatIsForgottenIsNewAgain() {
    assertThat(said.isNew("default", "swept: no")).isTrue();
    said.forget("default");

    assertThat(said.isNew("default", "swept: no")).isTrue();
  }
}
