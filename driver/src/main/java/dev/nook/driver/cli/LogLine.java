package dev.nook.driver.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// Writes each event as one line of `key=value` pairs, which log collectors can split, and in which
/// no message can forge a second line.
final class LogLine extends LayoutBase<ILoggingEvent> {
  @Override
  public String doLayout(ILoggingEvent event) {
    var line = new StringBuilder(160);
    line.append("time=").append(event.getInstant().truncatedTo(ChronoUnit.MILLIS));
    add(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    String logger = event.getLoggerName();
    add(line, "at", logger.substring(logger.lastIndexOf('.') + 1));
    add(line, "msg", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> add(line, pair.key, String.valueOf(pair.value)));
    }
    if (event.getThrowableProxy() != null) {
      add(line, "stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.append('\n').toString();
  }

  private static void add(StringBuilder line, String key, String value) {
    line.append(' ').append(key).append('=');
    boolean bare = !value.isEmpty() && value.chars().allMatch(LogLine::plain);
    if (bare) {
      line.append(value);
      return;
    }
    line.append('"');
    value.chars().forEach(c -> quote(line, (char) c));
    line.append('"');
  }

  private static boolean plain(int c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
  }

  private static void quote(StringBuilder line, char c) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\t' -> line.append("\\t");
      default -> {
        if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c == '\u0085') {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          line.append(c);
        }
      }
    }
  }
}
