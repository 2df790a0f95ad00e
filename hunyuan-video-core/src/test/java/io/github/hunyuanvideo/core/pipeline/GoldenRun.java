package io.github.hunyuanvideo.core.pipeline;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TinyVae;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A run of the official program in float32: its arguments, and the tensors it computed. */
final class GoldenRun implements AutoCloseable {

  private final TorchEngine engine;
  private final JsonObject arguments;
  private final TensorScope scope = new TensorScope();
  private final Golden golden;

  private GoldenRun(TorchEngine engine, JsonObject arguments, String file) {
    this.engine = engine;
    this.arguments = arguments;
    this.golden = scope.own(Golden.open(engine, file));
  }

  /** The names of all runs. */
  static Stream<String> names() {
    return Stream.of(
        "video_embedded",
        "image_embedded",
        "video_cfg",
        "video_cfg_default_negative",
        "video_cfg_and_embedded",
        "video_num2_unaligned",
        "video_notreverse",
        "video_tiled");
  }

  static GoldenRun open(TorchEngine engine, String name) {
    String file = "pipeline_" + name;
    try {
      String json = Files.readString(Golden.path("golden/" + file + ".json"));
      return new GoldenRun(engine, JsonParser.parseString(json).getAsJsonObject(), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HunyuanVideoPipeline.Builder pipeline() {
    return HunyuanVideoPipeline.builder()
        .checkpoints(checkpoints())
        .precision(Precision.FP32)
        .scheduler(scheduler())
        .vaeTiling(tiling());
  }

  /** The stages that such a pipeline has, to be opened and closed by the caller. */
  BuiltInStages stages() {
    Map<Stage, Precision> precisions = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      precisions.put(stage, Precision.FP32);
    }
    return new BuiltInStages(
        engine,
        checkpoints(),
        new StageSettings(
            new PrecisionChoice(precisions),
            OffloadMode.NONE,
            LlamaOptions.official(),
            OptionalDouble.empty(),
            tiling(),
            TencentLicence.ofPublishedWeights()));
  }

  private CheckpointTree checkpoints() {
    CheckpointTree tree = CheckpointTree.at(Golden.path("tiny-ckpts"));
    return arguments.get("transformer").getAsString().equals("plain")
        ? tree.withTransformer(Golden.path("tiny-variants/nondistilled"))
        : tree;
  }

  FlowMatchingScheduler scheduler() {
    return FlowMatchingScheduler.euler(arguments.get("flow_reverse").getAsBoolean());
  }

  VaeTiling tiling() {
    return arguments.get("tile").isJsonNull() ? VaeTiling.official() : TinyVae.GOLDEN_TILES;
  }

  VideoRequest.Builder request() {
    VideoRequest.Builder request =
        VideoRequest.builder()
            .prompt(prompt())
            .size(arguments.get("width").getAsInt(), arguments.get("height").getAsInt())
            .frames(arguments.get("video_length").getAsInt())
            .steps(arguments.get("steps").getAsInt())
            .seed(arguments.get("seed").getAsLong())
            .videosPerPrompt(videos())
            .flowShift(arguments.get("flow_shift").getAsDouble())
            .guidanceScale(arguments.get("cfg_scale").getAsDouble());
    JsonElement embedded = arguments.get("embedded_cfg_scale");
    if (embedded.isJsonNull()) {
      request.withoutEmbeddedGuidance();
    } else {
      request.embeddedGuidance(embedded.getAsDouble());
    }
    negativePrompt().ifPresent(request::negativePrompt);
    if (!hasOfficialClipIds(prompt())) {
      request.embeddings(embeddings(0));
    }
    if (negativePrompt().filter(text -> !hasOfficialClipIds(text)).isPresent()) {
      request.negativeEmbeddings(embeddings(0));
    }
    return request;
  }

  /**
   * Whether CLIP's ids are those the run was made with: the official CLIP tokenizer gives others
   * for Chinese than its own tokenizer.json, which is followed here.
   */
  static boolean hasOfficialClipIds(String prompt) {
    return prompt.codePoints().noneMatch(Character::isIdeographic);
  }

  String prompt() {
    return arguments.get("prompt").getAsString();
  }

  Optional<String> negativePrompt() {
    JsonElement negative = arguments.get("negative_prompt_argument");
    return negative.isJsonNull() ? Optional.empty() : Optional.of(negative.getAsString());
  }

  /** What the official text encoders gave; with a negative prompt, that comes first. */
  PromptEmbeddings embeddings(int row) {
    return PromptEmbeddings.ofPadded(
        sample("prompt_embeds", row).toFloatTensor(),
        sample("prompt_mask", row).toLongs(),
        sample("prompt_embeds_2", row).toFloatTensor());
  }

  int videos() {
    return arguments.get("num_videos").getAsInt();
  }

  List<Long> seeds() {
    return StreamSupport.stream(arguments.getAsJsonArray("seeds").spliterator(), false)
        .map(JsonElement::getAsLong)
        .toList();
  }

  boolean has(String name) {
    return golden.has(name);
  }

  float[] floats(String name) {
    return golden.floats(name);
  }

  /** One entry of a batch; closed with the run. */
  Tensor sample(String name, int index) {
    return scope.own(engine.tensors().slice(golden.get(name), 0, index, index + 1));
  }

  @Override
  public void close() {
    scope.close();
  }
}
