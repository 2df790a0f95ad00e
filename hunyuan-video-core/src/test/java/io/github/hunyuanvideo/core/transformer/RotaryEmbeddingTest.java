package io.github.hunyuanvideo.core.transformer;

import static io.github.hunyuanvideo.core.testing.TensorAssert.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.testing.TinyTransformer;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class RotaryEmbeddingTest {

  private static final List<Integer> TINY = List.of(4, 6, 6);
  private static final List<Integer> REAL = List.of(16, 56, 56);

  private final TorchEngine engine;

  RotaryEmbeddingTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @CsvSource({
    "tiny_1x4x4, 1, 4, 4",
    "tiny_2x3x5, 2, 3, 5",
    "tiny_3x6x4, 3, 6, 4",
    "tiny_5x2x7, 5, 2, 7",
    "real_1x3x4, 1, 3, 4",
    "real_4x3x5, 4, 3, 5"
  })
  void tablesAreTheOfficialOnes(String name, long frames, long rows, long columns) {
    RotaryEmbedding positions =
        new RotaryEmbedding(name.startsWith("tiny") ? TINY : REAL, 256, 1, 1);
    compare(positions, name, frames, rows, columns);
  }

  @Test
  void aRescaledBaseAndInterpolatedPositionsGiveTheOfficialTable() {
    compare(new RotaryEmbedding(TINY, 256, 2, 0.5), "tiny_2x3x3_rescale2_interp0.5", 2, 3, 3);
  }

  @Test
  void theTableOfAFullVideoHasTheOfficialRows() {
    try (Golden golden = Golden.open(engine, "rope");
        Tensor table =
            new RotaryEmbedding(REAL, 256, 1, 1)
                .table(engine, new long[] {33, 45, 80}, ComputeDevice.cpu())) {
      Tensor rows = golden.get("real_33x45x80/rows");
      try (Tensor chosen = engine.program(TestingProgram.class).rows(table, rows)) {
        compare(golden, "real_33x45x80/cos", "real_33x45x80/sin", chosen);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dit_full_image",
        "dit_full_video5",
        "dit_full_video_nonsquare",
        "dit_full_batch2",
        "dit_full_text256",
        "pipeline_image_embedded",
        "pipeline_video_embedded",
        "pipeline_video_cfg",
        "pipeline_video_cfg_default_negative",
        "pipeline_video_cfg_and_embedded",
        "pipeline_video_notreverse",
        "pipeline_video_num2_unaligned",
        "pipeline_video_tiled"
      })
  void latentsHaveTheTableOfTheirPatches(String name) {
    try (Golden golden = Golden.open(engine, name)) {
      long[] latents = golden.get(golden.has("x") ? "x" : "initial_latents").shape();
      long[] grid = {latents[2], latents[3] / 2, latents[4] / 2};
      try (Tensor table =
          RotaryEmbedding.of(TinyTransformer.config()).table(engine, grid, ComputeDevice.cpu())) {
        compare(golden, "freqs_cos", "freqs_sin", table);
      }
    }
  }

  private void compare(
      RotaryEmbedding positions, String name, long frames, long rows, long columns) {
    try (Golden golden = Golden.open(engine, "rope");
        Tensor table =
            positions.table(engine, new long[] {frames, rows, columns}, ComputeDevice.cpu())) {
      compare(golden, name + "/cos", name + "/sin", table);
    }
  }

  /** The official tables hold each cosine and sine twice, once for either number of a pair. */
  private void compare(Golden golden, String cosines, String sines, Tensor table) {
    float[] cos = golden.floats(cosines);
    float[] sin = golden.floats(sines);
    try (Tensor pairs = engine.program(TestingProgram.class).realAndImaginary(table)) {
      float[] turns = pairs.toFloats();
      float[] ourCos = new float[cos.length];
      float[] ourSin = new float[sin.length];
      for (int i = 0; i < cos.length; i++) {
        ourCos[i] = turns[i / 2 * 2];
        ourSin[i] = turns[i / 2 * 2 + 1];
      }
      assertThat(turns).hasSize(cos.length);
      assertThat(relativeError(ourCos, cos)).isLessThan(1e-6);
      assertThat(relativeError(ourSin, sin)).isLessThan(1e-6);
    }
  }

  @Test
  void neighboursAreAPairAndTextIsNotTurned() {
    TransformerProgram program = engine.program(TransformerProgram.class);
    try (Golden golden = Golden.open(engine, "dit_submodules");
        Tensor table =
            new RotaryEmbedding(TINY, 256, 1, 1)
                .table(engine, new long[] {2, 2, 3}, ComputeDevice.cpu())) {
      for (String part : List.of("q", "k")) {
        Tensor tokens = golden.get("attn/" + part);
        try (Tensor image = engine.tensors().slice(tokens, 1, 0, 12);
            Tensor turned = program.rotate(image, table)) {
          assertThat(relativeError(turned.toFloats(), golden.floats("attn/rope_" + part)))
              .isLessThan(1e-6);
        }
      }
    }
  }
}
