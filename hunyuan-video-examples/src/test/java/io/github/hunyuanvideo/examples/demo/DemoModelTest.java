package io.github.hunyuanvideo.examples.demo;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.RecordingScheduler;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo model against the official code's runs over the same files, in float32. */
class DemoModelTest {

  private static final double MODULE = 1e-5;

  private static TorchEngine engine;

  @BeforeAll
  static void open() {
    engine = TorchEngine.start(ComputeDevice.cpu());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat", "ball", "image"})
  void aRunGivesTheOfficialLatentsAndFrames(String name) throws IOException {
    JsonObject arguments =
        JsonParser.parseString(Files.readString(Golden.path("demo/" + name + ".json")))
            .getAsJsonObject();
    RecordingScheduler scheduler = new RecordingScheduler(FlowMatchingScheduler.euler());
    try (Golden golden = Golden.openFile(engine, "demo/" + name + ".safetensors");
        HunyuanVideoPipeline pipeline =
            HunyuanVideoPipeline.builder()
                .checkpoints(DemoModel.unpack())
                .precision(Precision.FP32)
                .scheduler(scheduler)
                .build()) {
      VideoRequest request =
          VideoRequest.builder()
              .prompt(arguments.get("prompt").getAsString())
              .size(arguments.get("width").getAsInt(), arguments.get("height").getAsInt())
              .frames(arguments.get("video_length").getAsInt())
              .steps(arguments.get("infer_steps").getAsInt())
              .seed(arguments.get("seed").getAsLong())
              .flowShift(arguments.get("flow_shift").getAsDouble())
              .afterStep(
                  step -> {
                    if (step.index() == 0) {
                      assertClose(step.latents(), golden.get("step0/latents"), MODULE);
                    }
                    return Optional.empty();
                  })
              .build();
      List<Latents> latents = pipeline.denoise(request);
      assertFirstStep(scheduler.steps().get(0), golden);
      assertTimes(scheduler.steps(), golden);
      assertThat(
              FlowMatchingScheduler.euler()
                  .schedule(request.steps(), (float) request.flowShift())
                  .sigmas())
          .containsExactly(golden.floats("sigmas"));
      assertTexts(
          pipeline.encode(request.prompt().orElseThrow(), Medium.of(request.frames())), golden);
      assertThat(golden.floats("guidance"))
          .containsExactly((float) (1000 * request.embeddedGuidance().orElseThrow()));
      assertClose(latents.get(0).values(), golden.get("final_latents"), 1e-4);
      Video video = pipeline.decode(latents.get(0));
      byte[] bytes = video.toBytes();
      byte[] official = golden.get("frames_uint8").toBytes();
      int different = 0;
      for (int i = 0; i < bytes.length; i++) {
        int difference = Math.abs((bytes[i] & 0xff) - (official[i] & 0xff));
        assertThat(difference).isLessThanOrEqualTo(1);
        different += difference;
      }
      System.out.printf(
          "Demo run %s: %d of %d bytes differ, by 1%n", name, different, bytes.length);
      assertThat(different).isLessThan(bytes.length / 1000);
    }
  }

  private static void assertFirstStep(RecordingScheduler.Step step, Golden golden) {
    try (Tensor initial = engine.tensor(step.latents())) {
      assertThatTensor(initial).isDrawnAs(golden.get("initial_latents"));
    }
    assertClose(step.velocity(), golden.get("step0/model_out"), MODULE);
  }

  private static void assertTimes(List<RecordingScheduler.Step> steps, Golden golden) {
    float[] official = golden.floats("timesteps");
    assertThat(steps).hasSize(official.length);
    for (int i = 0; i < official.length; i++) {
      assertThat(steps.get(i).timestep().value()).isEqualTo(official[i]);
    }
  }

  private static void assertTexts(PromptEmbeddings ours, Golden golden) {
    PromptEmbeddings official =
        PromptEmbeddings.ofPadded(
            golden.get("prompt_embeds").toFloatTensor(),
            golden.get("prompt_mask").toLongs(),
            golden.get("prompt_embeds_2").toFloatTensor());
    assertThat(ours.tokens()).isEqualTo(official.tokens());
    assertClose(ours.sequence(), official.sequence(), MODULE);
    assertClose(ours.pooled(), official.pooled(), MODULE);
  }

  private static void assertClose(FloatTensor ours, FloatTensor official, double limit) {
    try (Tensor tensor = engine.tensor(ours)) {
      assertThatTensor(tensor).isCloseTo(official, limit);
    }
  }

  private static void assertClose(FloatTensor ours, Tensor official, double limit) {
    try (Tensor tensor = engine.tensor(ours)) {
      assertThatTensor(tensor).isCloseTo(official, limit);
    }
  }

  private static HunyuanVideoPipeline pipeline(Precision precision) {
    return HunyuanVideoPipeline.builder()
        .checkpoints(DemoModel.unpack())
        .precision(precision)
        .build();
  }

  @Test
  void inBf16TheCatLooksTheSame() {
    VideoRequest.Builder cat =
        VideoRequest.builder().prompt("A cat walks on the grass, realistic style.");
    DemoSettings.read().apply(cat);
    // 4 is a guidance scale that bf16 holds exactly.
    VideoRequest request = cat.embeddedGuidance(4).steps(10).build();
    try (HunyuanVideoPipeline exact = pipeline(Precision.FP32);
        HunyuanVideoPipeline half = pipeline(Precision.BF16)) {
      byte[] one = exact.generate(request).toBytes();
      byte[] other = half.generate(request).toBytes();
      double sum = 0;
      for (int i = 0; i < one.length; i++) {
        double difference = (one[i] & 0xff) - (other[i] & 0xff);
        sum += difference * difference;
      }
      double psnr = 10 * Math.log10(255 * 255 / (sum / one.length));
      System.out.printf("Demo cat, bf16 against fp32: %.1f dB%n", psnr);
      assertThat(psnr).isGreaterThan(25);
    }
  }

  @Test
  void thePreviewOfTheLatentsResemblesTheDecodedFrame() {
    VideoRequest.Builder cat =
        VideoRequest.builder().prompt("A white cat walks on the grass at night.");
    DemoSettings.read().apply(cat);
    List<BufferedImage> previews = new ArrayList<>();
    try (HunyuanVideoPipeline pipeline = pipeline(Precision.FP32)) {
      Video video =
          pipeline.generate(cat.build(), progress -> progress.preview().ifPresent(previews::add));
      BufferedImage last = previews.get(previews.size() - 1);
      // The middle of five latent frames stands for frames 5 to 8.
      double correlation = correlation(last, video.images().get(7));
      System.out.printf("Preview against decoded frame: correlation %.3f%n", correlation);
      assertThat(correlation).isGreaterThan(0.8);
    }
  }

  private static double correlation(BufferedImage preview, BufferedImage frame) {
    List<double[]> pairs = new ArrayList<>();
    for (int y = 0; y < preview.getHeight(); y++) {
      for (int x = 0; x < preview.getWidth(); x++) {
        for (int shift = 0; shift < 24; shift += 8) {
          double mean = 0;
          for (int i = 0; i < 64; i++) {
            mean += (frame.getRGB(8 * x + i % 8, 8 * y + i / 8) >> shift & 0xff) / 64.0;
          }
          pairs.add(new double[] {preview.getRGB(x, y) >> shift & 0xff, mean});
        }
      }
    }
    double meanA = pairs.stream().mapToDouble(p -> p[0]).average().orElseThrow();
    double meanB = pairs.stream().mapToDouble(p -> p[1]).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (double[] pair : pairs) {
      ab += (pair[0] - meanA) * (pair[1] - meanB);
      aa += (pair[0] - meanA) * (pair[0] - meanA);
      bb += (pair[1] - meanB) * (pair[1] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void theManifestListsEveryFileOfTheModelWithItsHash() throws IOException {
    String folder = "io/github/hunyuanvideo/examples/demo/";
    List<String> lines =
        Resources.readLines(Resources.getResource(folder + "manifest.txt"), StandardCharsets.UTF_8);
    assertThat(lines).hasSize(16);
    for (String line : lines) {
      String[] words = line.split(" +");
      byte[] bytes = Resources.toByteArray(Resources.getResource(folder + words[2]));
      assertThat(Hashing.sha256().hashBytes(bytes)).hasToString(words[0]);
      assertThat(bytes).hasSize(Integer.parseInt(words[1]));
    }
  }

  @Test
  void theUnpackedModelIsACompleteCheckpoint() {
    Path folder = DemoModel.unpack();
    assertThat(CheckpointTree.at(folder).audit()).allMatch(CheckpointTree.Finding::isWhole);
    assertThat(DemoModel.unpack()).isEqualTo(folder);
  }
}
