package io.github.hunyuanvideo.cuda;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.NoiseSource;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.testing.TinyVae;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs on a GPU, against the official program's. */
@ExtendWith(CudaEngineExtension.class)
class CudaPipelineTest {

  private static final double LIMIT = 1e-4;
  private static final String PROMPT = "A cat walks on the grass, realistic style.";

  private final TorchEngine engine;
  private final TensorScope scope = new TensorScope();

  CudaPipelineTest(TorchEngine engine) {
    this.engine = engine;
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({"video_embedded, 48, 32, 5, 4, false", "video_tiled, 64, 48, 21, 2, true"})
  void inFloat32ARunGivesTheOfficialLatentsAndFrames(
      String name, int width, int height, int frames, int steps, boolean tiled) {
    Golden golden = scope.own(Golden.open(engine, "pipeline_" + name));
    AtomicInteger compared = new AtomicInteger();
    VideoRequest request =
        request(width, height, frames, steps).toBuilder()
            .afterStep(
                step -> {
                  assertStep(golden, step.index(), step.latents());
                  compared.incrementAndGet();
                  return Optional.empty();
                })
            .build();
    VaeTiling tiling = tiled ? TinyVae.GOLDEN_TILES : VaeTiling.official();
    try (HunyuanVideoPipeline pipeline =
        builder().precision(Precision.FP32).vaeTiling(tiling).build()) {
      Video video = pipeline.generate(request);
      assertThat(compared.get()).isEqualTo(steps);
      assertFrames(video, golden);
      assertThat(pipeline.openTensors()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32, 1e-4", "BF16, 2e-2", "FP16, 2e-2"})
  void aPromptBecomesTheOfficialEmbeddings(Precision precision, double limit) {
    Golden golden = scope.own(Golden.open(engine, "pipeline_video_embedded"));
    PromptEmbeddings expected =
        PromptEmbeddings.ofPadded(
            golden.get("prompt_embeds").toFloatTensor(),
            golden.get("prompt_mask").toLongs(),
            golden.get("prompt_embeds_2").toFloatTensor());
    try (HunyuanVideoPipeline pipeline = builder().precision(precision).build()) {
      PromptEmbeddings encoded = pipeline.encode(PROMPT, Medium.VIDEO);
      assertThatTensor(tensor(encoded.sequence())).isCloseTo(expected.sequence(), limit);
      assertThatTensor(tensor(encoded.pooled())).isCloseTo(expected.pooled(), limit);
    }
  }

  /** What a user gets who chooses nothing but the device; only the numbers are not compared. */
  @ParameterizedTest
  @EnumSource(NoiseSource.class)
  void withTheDefaultsOfTheDeviceAVideoComesTwiceTheSame(NoiseSource noise) {
    VideoRequest request = request(48, 32, 5, 2);
    try (HunyuanVideoPipeline pipeline = builder().noise(noise).offload(OffloadMode.NONE).build()) {
      FloatTensor first = pipeline.generate(request).toFloats();
      FloatTensor second = pipeline.generate(request).toFloats();
      assertThatTensor(tensor(second)).isCloseTo(first, 1e-3);
      assertThat(first.toArray()).doesNotContain(Float.NaN);
    }
  }

  @Test
  void generationsLeaveNoTensorsBehind() {
    VideoRequest request = request(48, 32, 5, 2);
    try (HunyuanVideoPipeline pipeline = builder().offload(OffloadMode.NONE).build()) {
      pipeline.generate(request);
      long kept = pipeline.openTensors();
      for (int i = 0; i < 3; i++) {
        pipeline.generate(request);
        assertThat(pipeline.openTensors()).isEqualTo(kept);
      }
    }
  }

  @Test
  void theMemoryOfAGpuIsTold() {
    assumeTrue(engine.device().isGpu(), "skipped: computed on " + engine.device());
    CudaMemory memory = CudaMemory.of(engine.device());
    assertThat(memory.total()).isGreaterThan(1L << 30);
    assertThat(memory.free()).isPositive();
    assertThat(memory.used()).isPositive();
  }

  private HunyuanVideoPipeline.Builder builder() {
    return HunyuanVideoPipeline.builder()
        .checkpoints(Golden.path("tiny-ckpts"))
        .device(engine.device());
  }

  private static VideoRequest request(int width, int height, int frames, int steps) {
    return VideoRequest.builder()
        .prompt(PROMPT)
        .size(width, height)
        .frames(frames)
        .steps(steps)
        .seed(42)
        .flowShift(7)
        .guidanceScale(1)
        .embeddedGuidance(6)
        .floatFrames(true)
        .build();
  }

  private void assertStep(Golden golden, int step, FloatTensor latents) {
    assertThatTensor(tensor(latents)).isCloseTo(golden.get("step" + step + "/latents"), LIMIT);
  }

  private void assertFrames(Video video, Golden golden) {
    byte[] expected = golden.get("frames_uint8").toBytes();
    byte[] bytes = video.toBytes();
    assertThat(bytes).hasSameSizeAs(expected);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(Math.abs((bytes[i] & 0xff) - (expected[i] & 0xff)))
          .as("byte %d", i)
          .isLessThanOrEqualTo(1);
    }
    Tensor frames = tensor(video.toFloats());
    Tensor official =
        scope.own(
            engine.program(TestingProgram.class).reshape(golden.get("video"), frames.shape()));
    assertThatTensor(frames).isCloseTo(official, LIMIT);
  }

  private Tensor tensor(FloatTensor values) {
    return scope.own(engine.tensor(values));
  }
}
