package dev.nook.driver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastAnswerTest {
  @Test
  void anAnswerIsMadeOnceASecondHoweverOftenItIsAskedFor() {
    var now = new AtomicLong(-5);
    var made = new AtomicInteger();
    var answers =
        new LastAnswer(() -> HttpAnswer.text(HttpAnswer.OK, "" + made.incrementAndGet()), now::get);

    HttpAnswer first = answers.get();
    now.addAndGet(999_999_999);
    assertThat(answers.get()).isSameAs(first);
    now.addAndGet(1);

    assertThat(answers.get()).isNotSameAs(first);
    assertThat(made).hasValue(2);
  }
}
