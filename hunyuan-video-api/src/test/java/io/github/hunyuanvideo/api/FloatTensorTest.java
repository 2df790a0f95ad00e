package io.github.hunyuanvideo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FloatTensorTest {

  private static final int LONG = Integer.MAX_VALUE;

  @Test
  void aShapeThatHoldsOtherNumbersThanTheGivenOnesIsRefused() {
    assertThatThrownBy(() -> FloatTensor.of(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape (2, 3) holds 6 numbers, got 5");
    assertThatThrownBy(() -> FloatTensor.of(new float[1], -1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(-1, -1)");
  }

  @Test
  void aShapeThatHoldsMoreThanNumbersCanCountIsRefused() {
    assertThatThrownBy(() -> FloatTensor.wrap(new float[1], LONG, LONG, LONG, LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds more than 2147483647 numbers, got 1");
  }

  @Test
  void anAxisOfLengthZeroHoldsNothingHoweverLongTheOthersAre() {
    assertThat(FloatTensor.of(new float[0], LONG, LONG, LONG, 0).size()).isZero();
  }
}
