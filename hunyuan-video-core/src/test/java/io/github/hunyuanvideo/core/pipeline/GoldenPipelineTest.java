package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.testing.TinyVae;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs against the official program's, in float32: noise, every step, latents, frames. */
@ExtendWith(EngineExtension.class)
class GoldenPipelineTest {

  private static final double LIMIT = 1e-4;

  private final TorchEngine engine;
  private final TensorScope scope = new TensorScope();

  GoldenPipelineTest(TorchEngine engine) {
    this.engine = engine;
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "video_embedded",
        "image_embedded",
        "video_cfg",
        "video_cfg_default_negative",
        "video_cfg_and_embedded",
        "video_num2_unaligned",
        "video_notreverse",
        "video_tiled"
      })
  void aRunGivesTheOfficialLatentsAndFrames(String name) throws IOException {
    JsonObject arguments =
        JsonParser.parseString(Files.readString(Golden.path("golden/pipeline_" + name + ".json")))
            .getAsJsonObject();
    Golden golden = scope.own(Golden.open(engine, "pipeline_" + name));
    try (HunyuanVideoPipeline pipeline = pipeline(arguments)) {
      VideoRequest request = request(arguments, golden);
      List<Video> videos = pipeline.generateAll(request);
      assertThat(videos).hasSize(arguments.get("num_videos").getAsInt());
      for (int i = 0; i < videos.size(); i++) {
        assertFrames(videos.get(i), golden, i);
        assertThat(videos.get(i).seed())
            .contains(arguments.getAsJsonArray("seeds").get(i).getAsLong());
      }
      assertThat(videos.get(0).notices().isEmpty()).isEqualTo(!name.contains("unaligned"));
      assertThat(pipeline.openTensors()).isZero();
    }
  }

  private HunyuanVideoPipeline pipeline(JsonObject arguments) {
    CheckpointTree tree = CheckpointTree.at(Golden.path("tiny-ckpts"));
    if (arguments.get("transformer").getAsString().equals("plain")) {
      tree = tree.withTransformer(Golden.path("tiny-variants/nondistilled"));
    }
    return HunyuanVideoPipeline.builder()
        .checkpoints(tree)
        .precision(Precision.FP32)
        .scheduler(FlowMatchingScheduler.euler(arguments.get("flow_reverse").getAsBoolean()))
        .vaeTiling(arguments.get("tile").isJsonNull() ? VaeTiling.official() : TinyVae.GOLDEN_TILES)
        .build();
  }

  private VideoRequest request(JsonObject arguments, Golden golden) {
    VideoRequest.Builder request =
        VideoRequest.builder()
            .prompt(arguments.get("prompt").getAsString())
            .size(arguments.get("width").getAsInt(), arguments.get("height").getAsInt())
            .frames(arguments.get("video_length").getAsInt())
            .steps(arguments.get("steps").getAsInt())
            .seed(arguments.get("seed").getAsLong())
            .videosPerPrompt(arguments.get("num_videos").getAsInt())
            .flowShift(arguments.get("flow_shift").getAsDouble())
            .guidanceScale(arguments.get("cfg_scale").getAsDouble())
            .floatFrames(true)
            .afterStep(
                step -> {
                  assertStep(golden, step.index(), step.video(), step.latents());
                  return Optional.empty();
                });
    JsonElement embedded = arguments.get("embedded_cfg_scale");
    if (embedded.isJsonNull()) {
      request.withoutEmbeddedGuidance();
    } else {
      request.embeddedGuidance(embedded.getAsDouble());
    }
    JsonElement negative = arguments.get("negative_prompt_argument");
    if (!negative.isJsonNull()) {
      request.negativePrompt(negative.getAsString());
    }
    // The official CLIP tokenizer gives other ids for Chinese than its own tokenizer.json, which is
    // followed here.
    if (arguments.get("prompt").getAsString().contains("两只狗")) {
      request.embeddings(embeddings(golden, 0));
    }
    if (!negative.isJsonNull() && negative.getAsString().contains("一只猫")) {
      request.negativeEmbeddings(embeddings(golden, 0));
    }
    return request.build();
  }

  private PromptEmbeddings embeddings(Golden golden, int row) {
    return PromptEmbeddings.ofPadded(
        sample(golden, "prompt_embeds", row).toFloatTensor(),
        sample(golden, "prompt_mask", row).toLongs(),
        sample(golden, "prompt_embeds_2", row).toFloatTensor());
  }

  private void assertStep(Golden golden, int step, int video, FloatTensor latents) {
    try (Tensor ours = engine.tensor(latents)) {
      assertThatTensor(ours).isCloseTo(sample(golden, "step" + step + "/latents", video), LIMIT);
    }
  }

  private void assertFrames(Video video, Golden golden, int index) {
    byte[] expected = sample(golden, "frames_uint8", index).toBytes();
    byte[] bytes = video.toBytes();
    assertThat(bytes).hasSameSizeAs(expected);
    int unequal = 0;
    for (int i = 0; i < bytes.length; i++) {
      int difference = Math.abs((bytes[i] & 0xff) - (expected[i] & 0xff));
      assertThat(difference).as("byte %d", i).isLessThanOrEqualTo(1);
      unequal += difference;
    }
    assertThat(unequal).as("unequal bytes").isLessThanOrEqualTo(bytes.length / 1000);
    FloatTensor floats = video.toFloats();
    try (Tensor ours = engine.tensor(floats.toArray(), prepend(floats.shape()));
        Tensor official = sample(golden, "video", index);
        Tensor shaped = engine.program(TestingProgram.class).reshape(official, ours.shape())) {
      assertThatTensor(ours).isCloseTo(shaped, LIMIT);
    }
  }

  private static int[] prepend(int[] shape) {
    return new int[] {1, shape[0], shape[1], shape[2], shape[3]};
  }

  private Tensor sample(Golden golden, String name, int index) {
    return scope.own(engine.tensors().slice(golden.get(name), 0, index, index + 1));
  }
}
