package dev.nook.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.VolumeId;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {
  private static final VolumeId ID = VolumeId.of(PoolTag.of(new UUID(3, 4)), new Name("pvc-1"));

  @ParameterizedTest
  @ValueSource(
      strings = {"", "invalid-token", "-5", "0", "../../etc", "AAAA", "AAAAAAAA", "é", "=="})
  void aMadeUpTokenIsRefused(String token) {
    assertThatThrownBy(() -> PageToken.read(token, VolumeId::new))
        .isInstanceOf(StorageException.StaleToken.class);
  }

  @Test
  void everyChangedCharacterIsNoticed() {
    String token = PageToken.after(ID);
    for (int i = 0; i < token.length(); i++) {
      String forged =
          token.substring(0, i) + (token.charAt(i) == 'x' ? 'y' : 'x') + token.substring(i + 1);

      assertThatThrownBy(() -> PageToken.read(forged, VolumeId::new))
          .isInstanceOf(StorageException.StaleToken.class);
    }
  }

  @Test
  void aTokenHoldsItsPlaceInAStringThatCsiAllows() throws StorageException {
    String token = PageToken.after(ID);

    assertThat(PageToken.read(token, VolumeId::new)).isEqualTo(ID);
    assertThat(token).hasSizeLessThan(128);
  }
}
