package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.checkpoint.LoadKey;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Other ways to store the same weights give the same video; what is missing or wrong is named
 * before anything is computed.
 */
@ExtendWith(EngineExtension.class)
class CheckpointVariantsTest {

  @TempDir Path folder;

  private final TorchEngine engine;

  CheckpointVariantsTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer_bare.pt",
        "transformer_module_and_ema.pt",
        "transformer_single.safetensors",
        "transformer_sharded",
        "transformer_sharded/diffusion_pytorch_model.safetensors.index.json"
      })
  void everyWayToStoreTheTransformerGivesTheSameLatents(String variant) throws IOException {
    copy("tiny-variants", folder);
    Path config = Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/transformers/config.json");
    Files.copy(config, folder.resolve("config.json"));
    Files.copy(config, folder.resolve("transformer_sharded/config.json"));
    CheckpointTree tree =
        CheckpointTree.at(Golden.path("tiny-ckpts")).withTransformer(folder.resolve(variant));
    VideoRequest request = TinyPipeline.request().build();
    try (HunyuanVideoPipeline variants = pipeline(tree);
        HunyuanVideoPipeline official = TinyPipeline.open()) {
      assertThat(variants.denoise(request).get(0).values())
          .isEqualTo(official.denoise(request).get(0).values());
    }
  }

  @Test
  void theLoadKeyChoosesTheMovingAverage() throws IOException {
    // One step from noise at sigma 1 to sigma 0 is latents minus velocity, so the velocity can be
    // seen.
    copy("tiny-variants", folder);
    Files.copy(
        Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/transformers/config.json"),
        folder.resolve("config.json"));
    CheckpointTree tree =
        CheckpointTree.at(Golden.path("tiny-ckpts"))
            .withTransformer(folder.resolve("transformer_module_and_ema.pt"));
    try (HunyuanVideoPipeline module = pipeline(tree);
        HunyuanVideoPipeline ema = pipeline(tree.withLoadKey(LoadKey.EMA))) {
      FloatTensor one = module.denoise(TinyPipeline.request().build()).get(0).values();
      FloatTensor other = ema.denoise(TinyPipeline.request().build()).get(0).values();
      assertThat(other).isNotEqualTo(one);
    }
  }

  @ParameterizedTest
  @CsvSource({"image, false", "video5, false", "batch2, true"})
  void theUndistilledModelAndTheMovingAverageAgreeWithTheOfficialOnes(String name, boolean hasEma)
      throws IOException {
    copy("tiny-variants", folder);
    Files.copy(
        Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/transformers/config.json"),
        folder.resolve("config.json"));
    CheckpointTree plain =
        CheckpointTree.at(Golden.path("tiny-ckpts"))
            .withTransformer(Golden.path("tiny-variants/nondistilled"));
    compare(plain, name, "out_nondistilled");
    if (hasEma) {
      CheckpointTree ema =
          CheckpointTree.at(Golden.path("tiny-ckpts"))
              .withTransformer(folder.resolve("transformer_module_and_ema.pt"))
              .withLoadKey(LoadKey.EMA);
      compare(ema, name, "out_ema");
    }
  }

  /**
   * Runs one step whose time is that of the golden case, with a schedule that gives the velocity
   * back as the latents.
   */
  private void compare(CheckpointTree tree, String name, String expected) {
    try (Golden golden = Golden.open(engine, "dit_full_" + name)) {
      Tensor x = golden.get("x");
      for (int i = 0; i < x.length(0); i++) {
        float time = golden.floats("t")[i];
        try (HunyuanVideoPipeline pipeline =
            HunyuanVideoPipeline.builder()
                .checkpoints(tree)
                .precision(Precision.FP32)
                .scheduler((steps, shift) -> new VelocitySchedule(time))
                .build()) {
          VideoRequest request =
              VideoRequest.builder()
                  .embeddings(
                      PromptEmbeddings.ofPadded(
                          sample(golden, "text_states", i),
                          mask(golden, i),
                          sample(golden, "text_states_2", i)))
                  .size((int) x.length(4) * 8, (int) x.length(3) * 8)
                  .frames((int) (x.length(2) - 1) * 4 + 1)
                  .steps(1)
                  .embeddedGuidance(golden.floats("guidance")[i] / 1000)
                  .latents(sample(golden, "x", i))
                  .build();
          try (Tensor velocity = engine.tensor(pipeline.denoise(request).get(0).values());
              Tensor official = engine.tensor(sample(golden, expected, i))) {
            assertThatTensor(velocity).isCloseTo(official, 1e-5);
          }
        }
      }
    }
  }

  private FloatTensor sample(Golden golden, String name, int index) {
    try (Tensor one = engine.tensors().slice(golden.get(name), 0, index, index + 1)) {
      return one.toFloatTensor();
    }
  }

  private long[] mask(Golden golden, int index) {
    try (Tensor one = engine.tensors().slice(golden.get("text_mask"), 0, index, index + 1)) {
      return one.toLongs();
    }
  }

  @Test
  void aVaeThatIsWrappedOrInSafetensorsGivesTheSameFrames() throws IOException {
    copy("tiny-ckpts", folder);
    Path vae = folder.resolve("hunyuan-video-t2v-720p/vae");
    VideoRequest request = TinyPipeline.request().build();
    byte[] expected;
    try (HunyuanVideoPipeline official = TinyPipeline.open()) {
      expected = official.generate(request).toBytes();
    }
    Files.delete(vae.resolve("pytorch_model.pt"));
    assertThat(frames(request)).isEqualTo(expected);
    Files.copy(Golden.path("tiny-variants/vae_wrapped_fp16.pt"), vae.resolve("pytorch_model.pt"));
    assertThat(frames(request)).isEqualTo(expected);
  }

  private byte[] frames(VideoRequest request) {
    try (HunyuanVideoPipeline pipeline = pipeline(CheckpointTree.at(folder))) {
      return pipeline.generate(request).toBytes();
    }
  }

  private static HunyuanVideoPipeline pipeline(CheckpointTree tree) {
    return HunyuanVideoPipeline.builder()
        .checkpoints(tree)
        .precision(Precision.FP32)
        .scheduler(FlowMatchingScheduler.euler())
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "hunyuan-video-t2v-720p/transformers/mp_rank_00_model_states.pt, tencent/HunyuanVideo",
    "hunyuan-video-t2v-720p/vae/config.json, tencent/HunyuanVideo",
    "text_encoder/tokenizer.json, llava-llama-3-8b",
    "text_encoder/model-00002-of-00003.safetensors, llava-llama-3-8b",
    "text_encoder_2/config.json, clip-vit-large-patch14"
  })
  void aMissingFileIsNamedWithTheWayToGetIt(String file, String source) throws IOException {
    copy("tiny-ckpts", folder);
    Files.delete(folder.resolve(file));
    assertThatThrownBy(() -> pipeline(CheckpointTree.at(folder)))
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining(folder.resolve(file).toString())
        .hasMessageContaining("hf download")
        .hasMessageContaining(source);
  }

  @Test
  void anEmptyFolderIsAnErrorThatNamesWhatWasLookedFor() {
    assertThatThrownBy(() -> HunyuanVideoPipeline.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("hf download");
  }

  @Test
  void weightsOfAnotherSizeThanTheConfigurationSaysAreRefusedByTensorAndShapes()
      throws IOException {
    copy("tiny-ckpts", folder);
    Path config = folder.resolve("hunyuan-video-t2v-720p/transformers/config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"mlp_width_ratio\": 4.0", "\"mlp_width_ratio\": 5.0"));
    assertThatThrownBy(() -> pipeline(CheckpointTree.at(folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("mp_rank_00_model_states.pt")
        .hasMessageContaining("mlp.fc1.weight")
        .hasMessageContaining("[256, 64]")
        .hasMessageContaining("[320, 64]");
  }

  @Test
  void withoutAConfigurationThePublishedSizeIsExpectedAndTheDifferenceNamed() throws IOException {
    copy("tiny-ckpts", folder);
    Files.delete(folder.resolve("hunyuan-video-t2v-720p/transformers/config.json"));
    assertThatThrownBy(() -> pipeline(CheckpointTree.at(folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("[3072");
  }

  @Test
  void fp8WeightsAreRefusedInPlainWords() {
    CheckpointTree tree =
        CheckpointTree.at(Golden.path("tiny-ckpts"))
            .withTransformer(
                Golden.path(
                    "tiny-ckpts/hunyuan-video-t2v-720p/transformers/mp_rank_00_model_states_fp8.pt"));
    assertThatThrownBy(() -> pipeline(tree))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("fp8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunyuan-video-t2v-720p/transformers/mp_rank_00_model_states.pt",
        "hunyuan-video-t2v-720p/vae/pytorch_model.pt",
        "text_encoder/tokenizer.json",
        "text_encoder_2/tokenizer.json"
      })
  void aFileThatChangesAfterOpeningIsRefusedBeforeItIsUsed(String file) throws IOException {
    copy("tiny-ckpts", folder);
    Path weights = folder.resolve(file);
    try (HunyuanVideoPipeline pipeline = pipeline(CheckpointTree.at(folder))) {
      pipeline.generate(TinyPipeline.request().build());
      FileTime before = Files.getLastModifiedTime(weights);
      Files.write(weights, new byte[] {0}, StandardOpenOption.APPEND);
      Files.setLastModifiedTime(weights, before);
      assertThatThrownBy(() -> pipeline.generate(TinyPipeline.request().build()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(weights.toString())
          .hasMessageContaining("changed since it was opened");
      assertThat(pipeline.openTensors()).isZero();
    }
  }

  /** In the type of the file, whose tensors are used in place then. */
  @ParameterizedTest
  @EnumSource
  void aFileThatIsTruncatedBetweenTwoStepsIsRefusedBeforeItIsTouched(OffloadMode offload)
      throws IOException {
    copy("tiny-ckpts", folder);
    Path weights = folder.resolve("hunyuan-video-t2v-720p/transformers/mp_rank_00_model_states.pt");
    try (HunyuanVideoPipeline pipeline =
        TinyPipeline.builder()
            .checkpoints(CheckpointTree.at(folder))
            .precision(Stage.TRANSFORMER, Precision.BF16)
            .offload(offload)
            .build()) {
      VideoRequest request =
          TinyPipeline.request()
              .steps(3)
              .afterStep(
                  step -> {
                    truncate(weights);
                    return Optional.empty();
                  })
              .build();
      assertThatThrownBy(() -> pipeline.generate(request))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(weights.toString())
          .hasMessageContaining("changed since it was opened");
    }
  }

  private static void truncate(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(4096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLoadKeyForAFileWithoutKeysIsRefused() {
    CheckpointTree tree =
        CheckpointTree.at(Golden.path("tiny-ckpts"))
            .withTransformer(Golden.path("tiny-variants/transformer_single.safetensors"))
            .withLoadKey(LoadKey.EMA);
    assertThatThrownBy(tree::transformer)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("transformer_single.safetensors")
        .hasMessageContaining("ema")
        .hasMessageContaining("leave the load key out");
  }

  @Test
  void theAuditNamesEveryPart() throws IOException {
    copy("tiny-ckpts", folder);
    assertThat(CheckpointTree.at(folder).audit())
        .hasSize(9)
        .allMatch(CheckpointTree.Finding::isWhole);
    Files.delete(folder.resolve("text_encoder/tokenizer.json"));
    assertThat(CheckpointTree.at(folder).audit())
        .filteredOn(finding -> !finding.isWhole())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.problem()).contains("tokenizer.json").contains("hf download"));
  }

  private static void copy(String golden, Path target) throws IOException {
    Path source = Golden.path(golden);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
