package io.github.hunyuanvideo.core.vae;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The group norms of the VAE have 1e-6, seen at inputs that are small enough to tell. */
@ExtendWith(EngineExtension.class)
class NormEpsilonTest {

  private final TorchEngine engine;

  NormEpsilonTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void ofGroupNorms() {
    try (Tensor x = alternating(engine, 1, 4, 1, 2, 2);
        TensorMap w =
            TensorMap.of(engine, Map.of("weight", full(engine, 1, 4), "bias", full(engine, 0, 4)));
        Tensor out = engine.program(VaeProgram.class).normAndActivation(x, w, 2)) {
      float[] values = out.toFloats();
      for (int i = 0; i < values.length; i++) {
        double normed = (i % 2 == 0 ? 1 : -1) * normalised(1e-6);
        assertThat(values[i]).isCloseTo((float) (normed / (1 + Math.exp(-normed))), within(1e-3f));
      }
    }
  }
}
