package dev.nook.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAddressTest {
  @ParameterizedTest
  @CsvSource({
    ":9810,0.0.0.0,9810",
    "127.0.0.1:9810,127.0.0.1,9810",
    "[::1]:0,0:0:0:0:0:0:0:1,0",
    "[::]:1,0:0:0:0:0:0:0:0,1"
  })
  void anHttpAddressIsReadAsItIsWrittenEverywhere(String text, String host, int port) {
    InetSocketAddress address = HttpAddress.parse(text);

    assertThat(address.getAddress().getHostAddress()).isEqualTo(host);
    assertThat(address.getPort()).isEqualTo(port);
  }
}
