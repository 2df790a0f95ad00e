package io.github.hunyuanvideo.core.transformer;

import static io.github.hunyuanvideo.core.testing.QuietTensors.alternating;
import static io.github.hunyuanvideo.core.testing.QuietTensors.diagonal;
import static io.github.hunyuanvideo.core.testing.QuietTensors.full;
import static io.github.hunyuanvideo.core.testing.QuietTensors.normalised;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.SingleBlockParts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every norm of the transformer has 1e-6, seen at inputs that are small enough to tell. */
@ExtendWith(EngineExtension.class)
class NormEpsilonTest {

  private static final double EPSILON = 1e-6;
  private static final int WIDTH = 12;

  private final TorchEngine engine;
  private final TransformerProgram program;
  private final TensorScope scope = new TensorScope();

  NormEpsilonTest(TorchEngine engine) {
    this.engine = engine;
    this.program = engine.program(TransformerProgram.class);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void ofModulatedNorms() {
    TensorMap w =
        weights(
            Map.of(
                "adaLN_modulation.1.weight", full(engine, 0, 2 * WIDTH, WIDTH),
                "linear.weight", diagonal(engine, 1, WIDTH)));
    Tensor tokens = scope.own(alternating(engine, 1, 4, WIDTH));
    Tensor out = scope.own(program.finalLayer(tokens, vector(), w, new long[] {1, 2, 2}));
    assertAll(out, normalised(EPSILON));
  }

  /** Keys are 0, so that a single token attends to itself, and the MLP adds nothing. */
  @Test
  void ofTheTokenRefiner() {
    Tensor qkv = scope.own(engine.tensor(new float[3 * WIDTH * WIDTH], 3 * WIDTH, WIDTH));
    try (Tensor queriesAndKeys = engine.tensors().slice(qkv, 0, 0, 2 * WIDTH);
        Tensor values = diagonal(engine, 1, WIDTH)) {
      TensorMap w =
          weights(
              Map.ofEntries(
                  Map.entry("adaLN_modulation.1.weight", full(engine, 0, 2 * WIDTH, WIDTH)),
                  Map.entry("adaLN_modulation.1.bias", full(engine, 1, 2 * WIDTH)),
                  Map.entry("norm1.weight", full(engine, 1, WIDTH)),
                  Map.entry("norm1.bias", full(engine, 0, WIDTH)),
                  Map.entry(
                      "self_attn_qkv.weight",
                      engine.tensors().concatenate(List.of(queriesAndKeys, values), 0)),
                  Map.entry("self_attn_proj.weight", diagonal(engine, 1, WIDTH)),
                  Map.entry("norm2.weight", full(engine, 1, WIDTH)),
                  Map.entry("norm2.bias", full(engine, 0, WIDTH)),
                  Map.entry("mlp.fc1.weight", diagonal(engine, 1, WIDTH)),
                  Map.entry("mlp.fc2.weight", full(engine, 0, WIDTH, WIDTH))));
      Tensor x = scope.own(alternating(engine, 1, 1, WIDTH));
      Tensor out = scope.own(program.refineText(x, vector(), w, 2));
      assertAll(out, normalised(EPSILON) + 1e-3);
    }
  }

  /** The modulated norm in front makes the input 0.7, so the matrix makes it small again. */
  @Test
  void ofQueriesAndKeys() {
    float again = (float) (1e-3 / normalised(EPSILON));
    try (Tensor q = diagonal(engine, again, WIDTH);
        Tensor rest = full(engine, 0, WIDTH, WIDTH)) {
      TensorMap w =
          weights(
              Map.of(
                  "linear1.weight",
                  engine.tensors().concatenate(List.of(q, q, rest, rest), 0),
                  "q_norm.weight",
                  full(engine, 1, WIDTH / 2),
                  "k_norm.weight",
                  full(engine, 1, WIDTH / 2)));
      Tensor mod = scope.own(full(engine, 0, 3 * WIDTH));
      Tensor tokens = scope.own(alternating(engine, 1, 1, WIDTH));
      // A single token stands at the origin, where nothing is turned.
      Tensor origin =
          scope.own(
              new RotaryEmbedding(List.of(2, 2, 2), 256, 1, 1)
                  .table(engine, new long[] {1, 1, 1}, ComputeDevice.cpu()));
      SingleBlockParts parts = program.singleBlockQkv(tokens, mod, w, origin, 2);
      scope.own(parts.q());
      scope.own(parts.k());
      scope.own(parts.v());
      scope.own(parts.mlp());
      assertAll(parts.q(), normalised(EPSILON));
      assertAll(parts.k(), normalised(EPSILON));
    }
  }

  private Tensor vector() {
    return scope.own(full(engine, 1, 1, WIDTH));
  }

  private TensorMap weights(Map<String, Tensor> tensors) {
    return scope.own(TensorMap.of(engine, tensors));
  }

  private static void assertAll(Tensor tensor, double magnitude) {
    for (float value : tensor.toFloats()) {
      assertThat(Math.abs(value)).isCloseTo((float) magnitude, within(1e-3f));
    }
  }
}
