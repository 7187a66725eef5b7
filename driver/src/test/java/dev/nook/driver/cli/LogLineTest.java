package dev.nook.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {
  @Test
  void anEventIsOneLineOfKeysAndValues() {
    LoggingEvent event = event("pool is open", null);
    event.setKeyValuePairs(List.of(new KeyValuePair("pool", "fast"), new KeyValuePair("n", 3)));

    assertThat(new LogLine().doLayout(event))
        .matches(
            "time=\\d{4}-\\d\\d-\\d\\dT\\S+Z level=info at=Driver msg=\"pool is open\" pool=fast n=3\n");
  }

  @Test
  void noMessageForgesASecondLineOrAKey() {
    String line =
        new LogLine().doLayout(event("a\nlevel=error\r\t\"b\" \\ \u2028 \u001b[2J c=d", null));

    assertThat(line)
        .endsWith("msg=\"a\\nlevel=error\\u000d\\t\\\"b\\\" \\\\ \\u2028 \\u001b[2J c=d\"\n");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void aStackStaysOnTheLineOfItsEvent() {
    String line = new LogLine().doLayout(event("it failed", new IOException("no\nluck")));

    assertThat(line.lines()).hasSize(1);
    assertThat(line).contains("stack=\"java.io.IOException: no\\nluck\\n\\tat dev.nook.driver.");
  }

  @Test
  void anEmptyValueIsQuoted() {
    assertThat(new LogLine().doLayout(event("", null))).endsWith(" msg=\"\"\n");
  }

  private static LoggingEvent event(String message, @Nullable Throwable cause) {
    var logger = new LoggerContext().getLogger("dev.nook.driver.serve.Driver");
    return new LoggingEvent("", logger, Level.INFO, message, cause, null);
  }
}
