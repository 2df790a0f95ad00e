package io.github.hunyuanvideo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeTilingTest {

  @ParameterizedTest
  @CsvSource({
    "100, 32, 'got 100; nearest: 104'",
    "8, 32, 'got 8; nearest: 16'",
    "-2147483648, 32, 'nearest: 16'",
    "2147483647, 32, 'nearest: 2147483640'",
    "128, 33, 'got 33; nearest: 32'",
    "128, 4, 'got 4; nearest: 8'"
  })
  void aLengthThatIsNoMultipleIsRefusedAndTheNearestIsNamed(
      int pixels, int frames, String nearest) {
    assertThatThrownBy(() -> VaeTiling.of(pixels, frames, 0.25))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(nearest);
  }

  @ParameterizedTest
  @CsvSource({"0", "-0.1", "0.51", "NaN"})
  void anOverlapOutsideOfItsRangeIsRefused(double overlap) {
    assertThatThrownBy(() -> VaeTiling.of(128, 32, overlap))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + overlap);
  }

  @Test
  void aTilingDescribesItself() {
    assertThat(VaeTiling.of(128, 32, 0.3)).hasToString("128 pixels, 32 frames, overlap 0.3");
    assertThat(VaeTiling.official()).hasToString("official");
  }
}
