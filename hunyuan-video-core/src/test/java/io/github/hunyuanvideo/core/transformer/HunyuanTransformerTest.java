package io.github.hunyuanvideo.core.transformer;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static io.github.hunyuanvideo.core.testing.TensorAssert.relativeError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Conditioning;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestStage;
import io.github.hunyuanvideo.core.testing.TinyTransformer;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class HunyuanTransformerTest {

  private static final double LIMIT = 1e-5;
  private static final String CONFIG = "tiny-ckpts/hunyuan-video-t2v-720p/transformers/config.json";

  @TempDir Path folder;

  private final TorchEngine engine;

  HunyuanTransformerTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "video5", "video_nonsquare", "batch2", "text256"})
  void theWholeModelAgreesWithTheOfficialOne(String name) {
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        Golden golden = Golden.open(engine, "dit_full_" + name)) {
      for (int sample = 0; sample < golden.get("x").length(0); sample++) {
        try (Tensor velocity = velocity(model, golden, sample);
            Tensor expected = sample(golden.get("out"), sample)) {
          boolean large = golden.floats("guidance")[sample] == DoubtfulFrequency.LARGE_VALUE;
          assertThatTensor(velocity).isCloseTo(expected, large ? 2e-5 : LIMIT);
        }
      }
    }
  }

  /**
   * The first layer's bias makes up for the angle of the doubtful frequency; all else is as it was.
   */
  @ParameterizedTest
  @ValueSource(strings = {"image", "video5", "batch2", "text256"})
  void withTheOfficialAngleALargeGuidanceAgreesAsWellAsAnyOther(String name) throws IOException {
    try (HunyuanTransformer model =
            TinyTransformer.open(engine, checkpointWithOfficialAngle(), CONFIG, Precision.FP32);
        Golden golden = Golden.open(engine, "dit_full_" + name);
        Tensor velocity = velocity(model, golden, 0);
        Tensor expected = sample(golden.get("out"), 0)) {
      assertThat(golden.floats("guidance")[0]).isEqualTo(DoubtfulFrequency.LARGE_VALUE);
      assertThatTensor(velocity).isCloseTo(expected, LIMIT);
    }
  }

  private TensorSource checkpointWithOfficialAngle() throws IOException {
    String file = "tiny-variants/transformer_single.safetensors";
    SafetensorsWriter writer = new SafetensorsWriter();
    try (Golden weights = Golden.openFile(engine, file)) {
      for (String name : weights.names()) {
        FloatTensor values = weights.get(name).toFloatTensor();
        writer.add(
            name,
            name.equals("guidance_in.mlp.0.bias")
                ? FloatTensor.of(
                    biasForOfficialAngle(
                        values.toArray(), weights.get("guidance_in.mlp.0.weight").toFloatTensor()),
                    values.shape())
                : values);
      }
    }
    Path copy = folder.resolve("transformer.safetensors");
    writer.write(copy);
    return Safetensors.openFile(copy, "");
  }

  private static float[] biasForOfficialAngle(float[] bias, FloatTensor weight) {
    int cosine = DoubtfulFrequency.COLUMN;
    int sine = DoubtfulFrequency.COUNT + cosine;
    for (int i = 0; i < bias.length; i++) {
      bias[i] +=
          (float)
              (weight.get(i, cosine) * DoubtfulFrequency.cosineError(DoubtfulFrequency.LARGE_VALUE)
                  + weight.get(i, sine)
                      * DoubtfulFrequency.sineError(DoubtfulFrequency.LARGE_VALUE));
    }
    return bias;
  }

  /**
   * Looser, since bf16 has 8 bits: the reference's own result differs by up to 1e-2 from float32.
   * The attention asserts that bf16 is what really reached the kernels.
   */
  @ParameterizedTest
  @ValueSource(strings = {"image", "video5", "batch2", "text256"})
  void inBf16TheModelAgreesWithTheOfficialOneInBf16(String name) {
    AtomicInteger calls = new AtomicInteger();
    TransformerProgram program = engine.program(TransformerProgram.class);
    Attention watched =
        (qkv, layout) -> {
          calls.incrementAndGet();
          assertThatTensor(qkv.q()).hasType(ScalarType.BFLOAT16);
          assertThatTensor(qkv.k()).hasType(ScalarType.BFLOAT16);
          assertThatTensor(qkv.v()).hasType(ScalarType.BFLOAT16);
          return program.attend(qkv.q(), qkv.k(), qkv.v());
        };
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.BF16);
        Golden golden = Golden.open(engine, "dit_full_" + name);
        Golden bf16 = Golden.open(engine, "dit_bf16")) {
      for (int sample = 0; sample < golden.get("x").length(0); sample++) {
        try (Tensor velocity = velocity(model.with(watched), golden, sample);
            Tensor expected = sample(bf16.get(name + "/out_bf16"), sample);
            Tensor fp32 = sample(bf16.get(name + "/out_fp32_on_bf16_inputs"), sample)) {
          assertThatTensor(velocity).isCloseTo(expected, 2e-2);
          assertThatTensor(velocity).isCloseTo(fp32, 2e-2);
        }
      }
      assertThat(calls.get()).isEqualTo(5 * (int) golden.get("x").length(0));
    }
  }

  @Test
  void inFp16TheModelStaysNearFloat32() {
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP16);
        Golden golden = Golden.open(engine, "dit_full_video5");
        Tensor velocity = velocity(model, golden, 0)) {
      assertThatTensor(velocity).isCloseTo(golden.get("out"), 5e-3);
    }
  }

  @Test
  void anAttentionOfTheCallersOwnTakesPartInEveryBlock() {
    TransformerProgram program = engine.program(TransformerProgram.class);
    List<TokenLayout> seen = new ArrayList<>();
    Attention recording =
        (qkv, layout) -> {
          seen.add(layout);
          return program.attend(qkv.q(), qkv.k(), qkv.v());
        };
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        Golden golden = Golden.open(engine, "dit_full_image");
        Tensor whole = velocity(model, golden, 0);
        Tensor inParts = velocity(model.with(recording), golden, 0)) {
      assertThatTensor(inParts).isIdenticalTo(whole);
      assertThat(seen).hasSize(5).containsOnly(new TokenLayout(16, 16, 13));
    }
  }

  @Test
  void anAttentionThatComputesSomethingElseChangesTheResult() {
    TransformerProgram program = engine.program(TransformerProgram.class);
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        Golden golden = Golden.open(engine, "dit_full_image");
        Tensor velocity =
            velocity(
                model.with((qkv, layout) -> program.attend(qkv.k(), qkv.q(), qkv.v())),
                golden,
                0)) {
      assertThat(relativeError(velocity.toFloats(), golden.floats("out"))).isGreaterThan(1e-3);
    }
  }

  @Test
  void cancellingTakesEffectBeforeTheNextBlockAndFreesEverything() {
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        Golden golden = Golden.open(engine, "dit_full_image")) {
      int looks = 0;
      try (TestStage undisturbed = TestStage.of(engine);
          Tensor velocity = velocity(model, golden, 0, undisturbed)) {
        looks = undisturbed.checks();
      }
      assertThat(looks).isEqualTo(2 + 2 + 3);
      for (int look = 1; look <= looks; look++) {
        long before = engine.openTensors();
        try (TestStage stage = TestStage.cancelledAt(engine, look);
            Golden inputs = Golden.open(engine, "dit_full_image")) {
          assertThatThrownBy(() -> velocity(model, inputs, 0, stage))
              .isInstanceOf(GenerationCancelledException.class);
          assertThat(stage.checks()).isEqualTo(look);
        }
        assertThat(engine.openTensors()).isEqualTo(before);
      }
    }
  }

  @Test
  void aDistilledModelWithoutEmbeddedGuidanceSaysSo() {
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        TestStage stage = TestStage.of(engine);
        Tensor text = engine.tensor(new float[48], 1, 1, 48);
        Tensor pooled = engine.tensor(new float[32], 1, 32)) {
      DenoisingContext context =
          DenoisingContext.of(
              new LatentShape(16, 1, 4, 4),
              Map.of(Branch.POSITIVE, new Conditioning(text.ndArray(), pooled.ndArray())),
              OptionalDouble.empty(),
              stage);
      assertThatThrownBy(() -> model.begin(context))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("distilled")
          .hasMessageContaining("embeddedGuidance");
    }
  }

  @Test
  void textOfTheWrongWidthIsRefusedAndNothingStaysOpen() {
    try (HunyuanTransformer model = TinyTransformer.distilled(engine, Precision.FP32);
        TestStage stage = TestStage.of(engine);
        Tensor text = engine.tensor(new float[50], 1, 1, 50);
        Tensor pooled = engine.tensor(new float[32], 1, 32)) {
      DenoisingContext context =
          DenoisingContext.of(
              new LatentShape(16, 1, 4, 4),
              Map.of(Branch.POSITIVE, new Conditioning(text.ndArray(), pooled.ndArray())),
              OptionalDouble.of(6),
              stage);
      assertThatThrownBy(() -> model.begin(context))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("width 48")
          .hasMessageContaining("50");
    }
  }

  private Tensor velocity(HunyuanTransformer model, Golden golden, int sample) {
    try (TestStage stage = TestStage.of(engine)) {
      return velocity(model, golden, sample, stage);
    }
  }

  private Tensor velocity(HunyuanTransformer model, Golden golden, int sample, TestStage stage) {
    try (TensorScope scope = new TensorScope()) {
      Tensor x = scope.own(sample(golden.get("x"), sample));
      long tokens = 0;
      for (long one : scope.own(sample(golden.get("text_mask"), sample)).toLongs()) {
        tokens += one;
      }
      Tensor padded = scope.own(sample(golden.get("text_states"), sample));
      Tensor text = scope.own(engine.tensors().slice(padded, 1, 0, tokens));
      Tensor pooled = scope.own(sample(golden.get("text_states_2"), sample));
      DenoisingContext context =
          DenoisingContext.of(
              new LatentShape(16, (int) x.length(2), (int) x.length(3), (int) x.length(4)),
              Map.of(Branch.POSITIVE, new Conditioning(text.ndArray(), pooled.ndArray())),
              OptionalDouble.empty(),
              stage);
      // The golden guidance is a float32 number, also for bf16, where the scale 6 would become
      // 6016.
      Tensor guidance = scope.own(sample(golden.get("guidance"), sample));
      try (Denoising denoising = model.begin(context, guidance)) {
        NDArray velocity =
            denoising.velocity(
                x.ndArray(),
                new AnyTime(golden.floats("t")[sample]).timesteps().get(0),
                Branch.POSITIVE);
        return engine.adopt(velocity, "velocity");
      }
    }
  }

  private Tensor sample(Tensor batch, int index) {
    return engine.tensors().slice(batch, 0, index, index + 1);
  }

  /** A schedule of a single, arbitrary time. */
  private static final class AnyTime extends Schedule {
    AnyTime(float time) {
      super(time);
    }

    @Override
    protected NDArray advance(NDArray latents, NDArray velocity, int index) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected NDArray estimate(NDArray latents, NDArray velocity, int index) {
      throw new UnsupportedOperationException();
    }
  }
}
