package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class TensorTest {

  private final TorchEngine engine;

  TensorTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void numbersComeBackAsTheyWentIn() {
    FloatTensor values = FloatTensor.of(new float[] {1, -2.5f, 3, 1e-30f, 5, 6}, 2, 3);
    try (Tensor tensor = engine.tensor(values)) {
      assertThat(tensor.type()).isEqualTo(ScalarType.FLOAT32);
      assertThat(tensor.shape()).containsExactly(2, 3);
      assertThat(tensor.toFloatTensor()).isEqualTo(values);
    }
  }

  @Test
  void aBf16TensorIsOrdinaryInsideAndRefusedAtTheDoor() {
    try (Tensor tensor = engine.tensor(new float[] {1, 2, 3.14159f}, 3);
        Tensor bf16 = tensor.to(ScalarType.BFLOAT16)) {
      assertThat(bf16.type()).isEqualTo(ScalarType.BFLOAT16);
      assertThat(bf16.toFloats()).containsExactly(1, 2, 3.140625f);
      assertThatThrownBy(bf16::ndArray)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("BFLOAT16")
          .hasMessageContaining("to(FLOAT32)");
    }
  }

  @Test
  void closingTwiceCountsOnce() {
    long before = engine.openTensors();
    Tensor tensor = engine.tensor(new float[] {1}, 1);
    assertThat(engine.openTensors()).isEqualTo(before + 1);
    tensor.close();
    tensor.close();
    assertThat(engine.openTensors()).isEqualTo(before);
    assertThatThrownBy(tensor::toFloats).isInstanceOf(IllegalStateException.class);
  }
}
