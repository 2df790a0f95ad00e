package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Progress;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.FrameConsumer;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.TextEmbedding;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.TransformerProfile;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each stage replaced by a small one whose effect on the result can be told by hand. */
@ExtendWith(EngineExtension.class)
class OwnStagesTest {

  private final TorchEngine engine;

  OwnStagesTest(TorchEngine engine) {
    this.engine = engine;
  }

  /** Text of one token, whose numbers are the length of the prompt. */
  private record LengthEncoder(int rank, int width, List<String> calls) implements TextEncoder {
    @Override
    public TextEmbedding encode(Prompt prompt, StageContext context) {
      calls.add(rank + ":" + prompt.text());
      Shape shape = rank == 3 ? new Shape(1, 1, width) : new Shape(1, width);
      return TextEmbedding.of(context.manager().full(shape, (float) prompt.text().length()));
    }

    @Override
    public void close() {
      calls.add("closed");
    }
  }

  /** Predicts a constant for each branch: the text's first number, and half of the pooled one. */
  private record ConstantTransformer(List<String> calls) implements Transformer {
    @Override
    public TransformerProfile profile() {
      return new TransformerProfile(4, false, Precision.FP32);
    }

    @Override
    public Denoising begin(DenoisingContext context) {
      calls.add("begin " + context.shape());
      return new Denoising() {
        @Override
        public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
          calls.add(branch + " " + timestep.value());
          var conditioning = Objects.requireNonNull(context.conditioning().get(branch));
          float value =
              conditioning.sequence().getFloat(0, 0, 0) + conditioning.pooled().getFloat(0, 0) / 2;
          return latents.zerosLike().add(value);
        }

        @Override
        public void close() {
          calls.add("ended");
        }
      };
    }

    @Override
    public void close() {
      calls.add("closed");
    }
  }

  /** Each frame is grey, as bright as the latents' mean. */
  private record MeanVae(List<String> calls) implements Vae {
    @Override
    public VaeProfile profile() {
      return new VaeProfile(4, 4, -0.25);
    }

    @Override
    public void decode(NDArray latents, StageContext context, FrameConsumer frames) {
      calls.add("decode " + latents.getShape());
      long[] shape = latents.getShape().getShape();
      float mean = latents.mean().getFloat();
      frames.accept(
          latents.getManager().full(new Shape(1, 3, 1, shape[3] * 8, shape[4] * 8), mean));
      frames.accept(context.manager().full(new Shape(1, 3, 4, shape[3] * 8, shape[4] * 8), mean));
    }

    @Override
    public NDArray encode(NDArray pixels, StageContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      calls.add("closed");
    }
  }

  /** Two steps, each a tenth of the velocity. */
  private static final class TenthSchedule extends Schedule {
    TenthSchedule() {
      super(900, 100);
    }

    @Override
    protected NDArray advance(NDArray latents, NDArray velocity, int index) {
      return latents.add(velocity.mul(0.1f));
    }

    @Override
    protected NDArray estimate(NDArray latents, NDArray velocity, int index) {
      return latents.duplicate();
    }
  }

  private static final class CountingEncoder implements VideoEncoder {
    private final List<String> calls = new ArrayList<>();

    @Override
    public Set<VideoFormat> formats() {
      return Set.of(VideoFormat.MP4);
    }

    @Override
    public FrameWriter open(Path file, VideoFormat format, VideoSize size, int framesPerSecond) {
      calls.add(format + " " + size + " " + framesPerSecond);
      return new FrameWriter() {
        @Override
        public void write(Frame frame) {
          calls.add("frame " + frame.index());
        }

        @Override
        public void finish() {
          calls.add("finish");
        }

        @Override
        public void close() {
          calls.add("close");
        }
      };
    }
  }

  @Test
  void everyStageCanBeTheCallersOwn() {
    List<String> calls = new ArrayList<>();
    CountingEncoder files = new CountingEncoder();
    try (HunyuanVideoPipeline pipeline =
        HunyuanVideoPipeline.builder()
            .textEncoder(new LengthEncoder(3, 7, calls))
            .textEncoder2(new LengthEncoder(2, 3, calls))
            .transformer(new ConstantTransformer(calls))
            .scheduler((steps, shift) -> new TenthSchedule())
            .vae(new MeanVae(calls))
            .videoEncoder(files)
            .build()) {
      Video video =
          pipeline.generate(
              TinyPipeline.request()
                  .prompt("abcd")
                  .negativePrompt("ab")
                  .guidanceScale(3)
                  .size(16, 16)
                  .latents(FloatTensor.of(new float[4 * 2 * 2 * 2], 1, 4, 2, 2, 2))
                  .floatFrames(true)
                  .build());
      // Velocity: 4 + 4/2 = 6 for the prompt, 2 + 2/2 = 3 for the negative one; guided 3 + 3 · (6 −
      // 3) = 12.
      // Two steps of a tenth: 2.4. Unscaled: 2.4 / 4 − 0.25 = 0.35, of −1 to 1.
      assertThat(video.frameCount()).isEqualTo(5);
      assertThat(video.toFloats().get(2, 4, 15, 15)).isCloseTo(0.675f, within(1e-6f));
      assertThat(video.toBytes()).containsOnly((byte) 172);
      video.save(Path.of("any.mp4"));
    }
    assertThat(calls)
        .containsExactly(
            "3:abcd",
            "3:ab",
            "2:abcd",
            "2:ab",
            "begin LatentShape[channels=4, frames=2, height=2, width=2]",
            "NEGATIVE 900.0",
            "POSITIVE 900.0",
            "NEGATIVE 100.0",
            "POSITIVE 100.0",
            "ended",
            "decode (1, 4, 2, 2, 2)");
    assertThat(files.calls)
        .containsExactly(
            "MP4 16 × 16 24",
            "frame 0",
            "frame 1",
            "frame 2",
            "frame 3",
            "frame 4",
            "finish",
            "close");
  }

  @Test
  void aTextEncoderOfTheCallersOwnWorksBesideTheBuiltInStages() {
    List<String> calls = new ArrayList<>();
    try (HunyuanVideoPipeline own =
            TinyPipeline.builder().textEncoder(new LengthEncoder(3, 48, calls)).build();
        HunyuanVideoPipeline usual = TinyPipeline.open()) {
      VideoRequest request = TinyPipeline.request().build();
      String prompt = request.prompt().orElseThrow();
      Video video = own.generate(request);
      assertThat(calls).containsExactly("3:" + prompt);
      float[] lengths = new float[48];
      Arrays.fill(lengths, prompt.length());
      PromptEmbeddings embeddings =
          new PromptEmbeddings(FloatTensor.of(lengths, 1, 1, 48), usual.encode(prompt).pooled(), 0);
      assertThat(video.toBytes())
          .isEqualTo(usual.generate(request.toBuilder().embeddings(embeddings).build()).toBytes());
    }
    assertThat(calls).as("stays with the caller").doesNotContain("closed");
  }

  @Test
  void aVaeOfTheCallersOwnWorksBesideTheBuiltInStages() {
    List<String> calls = new ArrayList<>();
    MeanVae sixteen = new MeanVae(calls);
    Vae vae =
        new Vae() {
          @Override
          public VaeProfile profile() {
            return new VaeProfile(16, 1, 0);
          }

          @Override
          public void decode(NDArray latents, StageContext context, FrameConsumer frames) {
            sixteen.decode(latents, context, frames);
          }

          @Override
          public NDArray encode(NDArray pixels, StageContext context) {
            return sixteen.encode(pixels, context);
          }

          @Override
          public void close() {}
        };
    try (HunyuanVideoPipeline own = TinyPipeline.builder().vae(vae).build()) {
      FloatTensor latents = own.denoise(TinyPipeline.request().build()).get(0).values();
      double sum = 0;
      for (float value : latents.toArray()) {
        sum += value;
      }
      int grey = (int) ((sum / latents.size() / 2 + 0.5) * 255);
      assertThat(grey).as("neither black nor white").isBetween(1, 254);
      assertThat(own.generate(TinyPipeline.request().build()).toBytes()).containsOnly((byte) grey);
      assertThat(own.openTensors()).isZero();
    }
  }

  /** A constant velocity; counts the arrays that lie about when a step begins. */
  private static final class CountingTransformer implements Transformer {
    private final List<Integer> arrays = new ArrayList<>();

    @Override
    public TransformerProfile profile() {
      return new TransformerProfile(16, false, Precision.FP32);
    }

    @Override
    public Denoising begin(DenoisingContext context) {
      NDManager ofPipeline = context.stage().manager().getParentManager();
      return new Denoising() {
        @Override
        public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
          arrays.add(ofPipeline.getManagedArrays().size());
          return latents.mul(0.5f).add(latents.mul(0.25f));
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void whatStagesLeaveBehindIsFreedWithTheStep() {
    CountingTransformer counting = new CountingTransformer();
    try (HunyuanVideoPipeline pipeline =
        TinyPipeline.builder()
            .transformer(counting)
            .scheduler((steps, shift) -> new TenthSchedule())
            .build()) {
      VideoRequest request = TinyPipeline.request().build();
      pipeline.denoise(request, Progress::preview);
      pipeline.denoise(request, Progress::preview);
      assertThat(pipeline.openTensors()).isZero();
    }
    assertThat(counting.arrays).hasSize(4).containsOnly(counting.arrays.get(0));
  }

  @Test
  void withAVaeThatCannotEncodeThereAreNoPreviewsButVideos() {
    List<Optional<BufferedImage>> previews = new ArrayList<>();
    try (HunyuanVideoPipeline pipeline =
        TinyPipeline.builder()
            .transformer(new CountingTransformer())
            .vae(new MeanVae(new ArrayList<>()))
            .build()) {
      assertThat(
              pipeline.denoise(
                  TinyPipeline.request().build(), progress -> previews.add(progress.preview())))
          .hasSize(1);
    }
    assertThat(previews).hasSizeGreaterThan(2).allMatch(Optional::isEmpty);
  }

  @Test
  void anEmbeddingOfTheWrongTypeIsRefusedByRole() {
    TextEncoder half =
        new TextEncoder() {
          @Override
          public TextEmbedding encode(Prompt prompt, StageContext context) {
            return TextEmbedding.of(context.manager().ones(new Shape(1, 1, 48), DataType.FLOAT16));
          }

          @Override
          public void close() {}
        };
    try (HunyuanVideoPipeline pipeline = TinyPipeline.builder().textEncoder(half).build()) {
      assertThatThrownBy(() -> pipeline.generate(TinyPipeline.request().build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("embedding of the text encoder")
          .hasMessageContaining("float32");
      assertThat(pipeline.openTensors()).isZero();
    }
  }

  /** A transformer that shows what it is given at first. */
  private static final class FirstLatents implements Transformer {
    private float[] seen = {};

    @Override
    public TransformerProfile profile() {
      return new TransformerProfile(16, false, Precision.FP32);
    }

    @Override
    public Denoising begin(DenoisingContext context) {
      return new Denoising() {
        @Override
        public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
          seen = seen.length == 0 ? latents.toFloatArray() : seen;
          return latents.zerosLike();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void noiseIsRoundedToFp16UnlessTheTextEncodersPrecisionIsSetByHand() {
    try (Golden golden = Golden.open(engine, "noise")) {
      assertNoise(firstLatents(null), golden.get("seed42_1x16x2x4x6_fp16"));
      assertNoise(firstLatents(Precision.FP32), golden.get("seed42_1x16x2x4x6_fp32"));
      assertNoise(firstLatents(Precision.BF16), golden.get("seed42_1x16x2x4x6_bf16"));
    }
  }

  private void assertNoise(float[] latents, Tensor golden) {
    try (Tensor ours = engine.tensor(latents, 1, 16, 2, 4, 6);
        Tensor official = golden.to(ScalarType.FLOAT32)) {
      assertThatTensor(ours).isDrawnAs(official, golden.type());
    }
  }

  private static float[] firstLatents(@Nullable Precision precision) {
    FirstLatents transformer = new FirstLatents();
    HunyuanVideoPipeline.Builder builder =
        HunyuanVideoPipeline.builder()
            .checkpoints(Golden.path("tiny-ckpts"))
            .transformer(transformer);
    if (precision != null) {
      builder.precision(precision);
    }
    try (HunyuanVideoPipeline pipeline = builder.build()) {
      pipeline.denoise(TinyPipeline.request().build());
    }
    return transformer.seen;
  }
}
