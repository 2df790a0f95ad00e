package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class TensorMapTest {

  private final TorchEngine engine;

  TensorMapTest(TorchEngine engine) {
    this.engine = engine;
  }

  private TensorMap weightAndBias() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", engine.tensor(new float[] {1, 2}, 2));
    tensors.put("bias", engine.tensor(new float[] {3}, 1));
    return TensorMap.of(engine, tensors);
  }

  @Test
  void tensorsAreFoundByNameInTheirOrder() {
    try (TensorMap map = weightAndBias()) {
      assertThat(map.names()).containsExactly("weight", "bias");
      assertThat(map.get("weight").toFloats()).containsExactly(1, 2);
      assertThatThrownBy(() -> map.get("scale"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("there is no tensor \"scale\", only [weight, bias]");
    }
  }

  @Test
  void theMapCountsWithItsTensorsAndClosesThemOnce() {
    long before = engine.openTensors();
    TensorMap map = weightAndBias();
    assertThat(engine.openTensors()).isEqualTo(before + 3);
    Tensor weight = map.get("weight");
    map.close();
    map.close();
    assertThat(engine.openTensors()).isEqualTo(before);
    assertThat(weight.isOpen()).isFalse();
    assertThatThrownBy(map::dictionary)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aClosedTensorIsRefusedAndTheOthersStayWithTheirOwner() {
    long before = engine.openTensors();
    Tensor closed = engine.tensor(new float[] {1}, 1);
    closed.close();
    try (Tensor open = engine.tensor(new float[] {2}, 1)) {
      Map<String, Tensor> tensors = Map.of("open", open, "closed", closed);
      assertThatThrownBy(() -> TensorMap.of(engine, tensors))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      assertThat(open.isOpen()).isTrue();
    }
    assertThat(engine.openTensors()).isEqualTo(before);
  }
}
