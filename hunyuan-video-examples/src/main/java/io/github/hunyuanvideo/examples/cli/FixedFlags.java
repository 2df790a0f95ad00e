package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Official flags that have one sensible value here: because the checkpoint says it, because there
 * is only one kind, or because the feature comes later. Other values end with an error that says
 * which of these it is.
 */
final class FixedFlags {

  private static final Pattern VAE_NAME = Pattern.compile("\\d{2,3}-\\d{1,2}c-\\w+");

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "HYVideo-T/2-cfgdistill or HYVideo-T/2; checked against the checkpoint")
  private @Nullable String model;

  @Option(
      names = "--latent-channels",
      paramLabel = "N",
      description = "checked against the checkpoint")
  private @Nullable Integer latentChannels;

  @Option(
      names = "--text-states-dim",
      paramLabel = "N",
      description = "checked against the checkpoint")
  private @Nullable Integer textStatesDim;

  @Option(
      names = "--text-states-dim-2",
      paramLabel = "N",
      description = "checked against the checkpoint")
  private @Nullable Integer textStatesDim2;

  @Option(names = "--vae", paramLabel = "NAME", description = "884-16c-hy, the only one")
  private String vae = "884-16c-hy";

  @Option(names = "--text-encoder", paramLabel = "NAME", description = "llm, the only one")
  private String textEncoder = "llm";

  @Option(names = "--tokenizer", paramLabel = "NAME", description = "llm, the only one")
  private String tokenizer = "llm";

  @Option(names = "--text-encoder-2", paramLabel = "NAME", description = "clipL, the only one")
  private String textEncoder2 = "clipL";

  @Option(names = "--tokenizer-2", paramLabel = "NAME", description = "clipL, the only one")
  private String tokenizer2 = "clipL";

  @Option(names = "--text-len-2", paramLabel = "N", description = "77, as CLIP has positions")
  private int textLen2 = 77;

  @Option(names = "--denoise-type", paramLabel = "NAME", description = "flow, the only one")
  private String denoiseType = "flow";

  @Option(names = "--flow-solver", paramLabel = "NAME", description = "euler, the only one")
  private String flowSolver = "euler";

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "1; for several videos take --num-videos")
  private int batchSize = 1;

  @Option(
      names = "--use-fp8",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "false",
      description = "comes later")
  private boolean useFp8;

  @Option(names = "--dit-weight-map", paramLabel = "FILE", description = "comes with --use-fp8")
  private @Nullable Path ditWeightMap;

  @Option(
      names = "--ulysses-degree",
      paramLabel = "N",
      description = "1; several devices come later")
  private int ulyssesDegree = 1;

  @Option(names = "--ring-degree", paramLabel = "N", description = "1; several devices come later")
  private int ringDegree = 1;

  @Option(
      names = "--i2v-mode",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "false",
      description = "comes later")
  private boolean imageToVideo;

  @Option(
      names = "--use-lora",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "false",
      description = "comes later")
  private boolean useLora;

  @Option(
      names = "--disable-autocast",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "no effect: nothing is cast automatically here, each stage computes in its precision")
  void disableAutocast(boolean ignored) {}

  @Option(
      names = {
        "--use-linear-quadratic-schedule",
        "--linear-schedule-end",
        "--model-resolution",
        "--name-suffix",
        "--seed-type",
        "--reproduce"
      },
      arity = "0..1",
      fallbackValue = "",
      hidden = true,
      description = "accepted and without effect, as in the official program")
  void withoutEffect(String ignored) {}

  /** Refuses other values. */
  void check() {
    requireKnown();
    later("--use-fp8", useFp8, "fp8 weights");
    later("--dit-weight-map", ditWeightMap != null, "fp8 weights");
    later("--ulysses-degree", ulyssesDegree != 1, "several devices");
    later("--ring-degree", ringDegree != 1, "several devices");
    later("--i2v-mode", imageToVideo, "image-to-video");
    later("--use-lora", useLora, "LoRA");
  }

  private void requireKnown() {
    if (!VAE_NAME.matcher(vae).matches()) {
      throw new IllegalArgumentException(
          "--vae must look like 884-16c-hy (compression, channels, name), got " + vae);
    }
    only("--vae", vae, "884-16c-hy");
    only("--text-encoder", textEncoder, "llm");
    only("--tokenizer", tokenizer, "llm");
    only("--text-encoder-2", textEncoder2, "clipL");
    only("--tokenizer-2", tokenizer2, "clipL");
    only("--text-len-2", String.valueOf(textLen2), "77");
    only("--denoise-type", denoiseType, "flow");
    only("--flow-solver", flowSolver, "euler");
    only("--batch-size", String.valueOf(batchSize), "1");
    if (model != null && !List.of("HYVideo-T/2-cfgdistill", "HYVideo-T/2").contains(model)) {
      throw new IllegalArgumentException(
          "--model must be HYVideo-T/2-cfgdistill or HYVideo-T/2, got " + model);
    }
  }

  private static void only(String flag, String value, String known) {
    if (!value.equals(known)) {
      throw new IllegalArgumentException(
          "%s must be %s, the only value that is supported; got %s".formatted(flag, known, value));
    }
  }

  private static void later(String flag, boolean asked, String feature) {
    if (asked) {
      throw new UnsupportedFeatureException(
          "%s belongs to %s, which a later version brings; leave the flag out"
              .formatted(flag, feature));
    }
  }

  /** Holds what flags say of the model against its checkpoint. */
  void check(CheckpointTree tree) {
    if (model == null
        && latentChannels == null
        && textStatesDim == null
        && textStatesDim2 == null) {
      return;
    }
    TensorSource transformer = tree.transformer();
    if (model != null) {
      boolean distilled = transformer.tensors().containsKey("guidance_in.mlp.0.weight");
      String found = distilled ? "HYVideo-T/2-cfgdistill" : "HYVideo-T/2";
      agree("--model", model, found, transformer);
    }
    agree("--latent-channels", latentChannels, transformer, "img_in.proj.weight");
    agree("--text-states-dim", textStatesDim, transformer, "txt_in.input_embedder.weight");
    agree("--text-states-dim-2", textStatesDim2, transformer, "vector_in.in_layer.weight");
  }

  private static void agree(
      String flag, @Nullable Integer value, TensorSource transformer, String tensor) {
    StoredTensor stored = transformer.tensors().get(tensor);
    if (value != null && stored != null) {
      long[] shape = stored.shape();
      if (shape.length < 2) {
        throw new CheckpointException(
            transformer.path(),
            "the tensor \"%s\" has the shape %s, expected (width, %d, …) as %s says; the file is damaged or belongs to another model"
                .formatted(tensor, Arrays.toString(shape), value, flag));
      }
      agree(flag, value.toString(), String.valueOf(shape[1]), transformer);
    }
  }

  private static void agree(String flag, String value, String found, TensorSource transformer) {
    if (!value.equals(found)) {
      throw new IllegalArgumentException(
          "%s says %s, the checkpoint %s is %s; leave the flag out"
              .formatted(flag, value, transformer.path(), found));
    }
  }
}
