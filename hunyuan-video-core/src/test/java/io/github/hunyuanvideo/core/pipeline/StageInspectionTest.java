package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import io.github.hunyuanvideo.core.text.LlamaConfig;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.transformer.TransformerConfig;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightMemory;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The tiny checkpoints hold the transformer in bf16, Llama in fp16, CLIP and the VAE in fp32. */
class StageInspectionTest {

  private static final CheckpointTree TREE = CheckpointTree.at(Golden.path("tiny-ckpts"));

  @Test
  void stagesAreLookedAtInTheOrderInWhichTheyRun() {
    assertThat(TinyPipeline.builder().inspect())
        .allMatch(stage -> stage.problem() == null)
        .extracting(StageInspection::stage)
        .containsExactly(Stage.values());
  }

  @Test
  void aStageWithAProblemDoesNotHideTheOthers() {
    List<StageInspection> stages =
        TinyPipeline.builder()
            .checkpoints(
                TREE.withTransformer(
                    TREE.transformerPath().resolveSibling("mp_rank_00_model_states_fp8.pt")))
            .inspect();
    assertThat(stages)
        .filteredOn(stage -> stage.problem() != null)
        .singleElement()
        .satisfies(
            stage -> {
              assertThat(stage.stage()).isEqualTo(Stage.TRANSFORMER);
              assertThat(stage.memory()).isNull();
              assertThat(stage.problem()).isInstanceOf(UnsupportedFeatureException.class);
            });
  }

  @Test
  void weightsInTheFilesFormatAreUsedInPlace() {
    long bytes = TREE.transformer().bytes();
    assertThat(memory(Stage.TRANSFORMER, Precision.BF16, OffloadMode.MODEL))
        .isEqualTo(new StageMemory(Precision.BF16, bytes, 0, 0));
  }

  @Test
  void weightsInAnotherFormatAreCopiesInTheSizeOfThatFormat() {
    long bytes = TREE.transformer().bytes();
    assertThat(memory(Stage.TRANSFORMER, Precision.FP32, OffloadMode.MODEL))
        .isEqualTo(new StageMemory(Precision.FP32, 0, 2 * bytes, 2 * bytes));
  }

  @Test
  void aTextEncoderHoldsTheCopyOfOneLayerUnlessStagesStay() {
    StageMemory released = memory(Stage.TEXT_ENCODER, Precision.FP32, OffloadMode.MODEL);
    StageMemory kept = memory(Stage.TEXT_ENCODER, Precision.FP32, OffloadMode.NONE);
    LlamaConfig config = LlamaConfig.of(TREE.textEncoderConfig());
    // Rows of the table are looked up where they lie.
    assertThat(released.inPlace()).isEqualTo(2L * config.vocabulary() * config.hiddenSize());
    assertThat(kept.copied()).isEqualTo(released.copied());
    assertThat(kept.copiedAtOnce()).isEqualTo(kept.copied());
    // All of its layers have the same size, and the norm behind them is not used.
    assertThat(released.copiedAtOnce()).isBetween(1L, released.copied() / 2);
    assertThat(released.copied() % released.copiedAtOnce()).isZero();
  }

  @Test
  void aGpuHasACopyOfEverything() {
    ModelWeights weights =
        ModelWeights.of(
            TREE.transformer(),
            TransformerConfig.of(TREE.transformerConfig(), TREE.transformer()).layout(),
            name -> false);
    WeightMemory memory = weights.memory(ScalarType.BFLOAT16, ComputeDevice.cuda(0));
    assertThat(memory.inPlace()).isZero();
    assertThat(memory.copied()).isEqualTo(TREE.transformer().bytes());
    assertThat(memory.largestCopy()).isBetween(1L, memory.copied() / 2);
  }

  private static StageMemory memory(Stage stage, Precision precision, OffloadMode offload) {
    return TinyPipeline.builder().precision(precision).offload(offload).inspect().stream()
        .filter(inspection -> inspection.stage() == stage)
        .map(inspection -> Objects.requireNonNull(inspection.memory()))
        .findFirst()
        .orElseThrow();
  }
}
