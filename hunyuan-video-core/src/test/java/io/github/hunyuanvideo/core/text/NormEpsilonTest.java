package io.github.hunyuanvideo.core.text;

import static io.github.hunyuanvideo.core.testing.QuietTensors.alternating;
import static io.github.hunyuanvideo.core.testing.QuietTensors.full;
import static io.github.hunyuanvideo.core.testing.QuietTensors.normalised;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The norms of both text encoders take the epsilon that they are given. */
@ExtendWith(EngineExtension.class)
class NormEpsilonTest {

  private static final int WIDTH = 8;

  private final TorchEngine engine;

  NormEpsilonTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e-5})
  void ofLlama(double epsilon) {
    try (Tensor x = alternating(engine, 1, 3, WIDTH);
        TensorMap w = TensorMap.of(engine, Map.of("weight", full(engine, 1, WIDTH)));
        Tensor out = engine.program(LlamaProgram.class).norm(x, w, epsilon)) {
      assertAll(out, normalised(epsilon));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e-5})
  void ofClip(double epsilon) {
    try (Tensor x = alternating(engine, 1, 3, WIDTH);
        TensorMap w =
            TensorMap.of(
                engine, Map.of("weight", full(engine, 1, WIDTH), "bias", full(engine, 0, WIDTH)));
        Tensor out = engine.program(ClipProgram.class).pooled(x, 1, w, epsilon)) {
      assertAll(out, normalised(epsilon));
    }
  }

  private static void assertAll(Tensor tensor, double magnitude) {
    for (float value : tensor.toFloats()) {
      assertThat(Math.abs(value)).isCloseTo((float) magnitude, within(1e-3f));
    }
  }
}
