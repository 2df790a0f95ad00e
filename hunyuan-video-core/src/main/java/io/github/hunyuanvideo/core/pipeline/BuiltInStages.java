package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.checkpoint.TensorFile;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.device.HostMemory;
import io.github.hunyuanvideo.core.text.ClipConfig;
import io.github.hunyuanvideo.core.text.ClipTextEncoder;
import io.github.hunyuanvideo.core.text.LlamaConfig;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.text.LlamaTextEncoder;
import io.github.hunyuanvideo.core.text.Vocabulary;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.HunyuanTransformer;
import io.github.hunyuanvideo.core.transformer.TransformerConfig;
import io.github.hunyuanvideo.core.vae.CausalVae;
import io.github.hunyuanvideo.core.vae.VaeConfig;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Makes the stages of a checkpoint. Each method reads headers, configurations and vocabularies and
 * holds them against one another at once, so that a wrong checkpoint is refused before anything is
 * computed; what it returns maps the weights when it is opened.
 */
final class BuiltInStages {

  private final TorchEngine engine;
  private final CheckpointTree tree;
  private final StageSettings settings;

  BuiltInStages(TorchEngine engine, CheckpointTree tree, StageSettings settings) {
    this.engine = engine;
    this.tree = tree;
    this.settings = settings;
  }

  BuiltInStage<TextEncoder> textEncoder() {
    LlamaOptions options = settings.llama();
    TensorSource source = tree.textEncoder();
    LlamaConfig config = LlamaConfig.of(tree.textEncoderConfig());
    Supplier<Vocabulary> vocabulary = vocabulary(tree.textEncoderTokenizer());
    Precision precision = settings.precisions().of(Stage.TEXT_ENCODER, engine);
    ModelWeights weights = LlamaTextEncoder.weights(source, config, options);
    Supplier<TextEncoder> opener =
        () ->
            LlamaTextEncoder.of(
                engine,
                weights.open(engine, ScalarType.of(precision), ofOneUse()),
                config,
                vocabulary.get(),
                options,
                precision);
    opener.get().close();
    return found(weights, precision, ofOneUse(), opener);
  }

  BuiltInStage<TextEncoder> textEncoder2() {
    TensorSource source = tree.textEncoder2();
    ClipConfig config = ClipConfig.of(tree.textEncoder2Config());
    Supplier<Vocabulary> vocabulary = vocabulary(tree.textEncoder2Tokenizer());
    Precision precision = settings.precisions().of(Stage.TEXT_ENCODER_2, engine);
    ModelWeights weights = ClipTextEncoder.weights(source, config);
    Supplier<TextEncoder> opener =
        () ->
            ClipTextEncoder.of(
                engine,
                weights.open(engine, ScalarType.of(precision), ofOneUse()),
                config,
                vocabulary.get(),
                precision);
    opener.get().close();
    return found(weights, precision, ofOneUse(), opener);
  }

  /** A vocabulary is read for each use, and now, to say early that it can be. */
  private static Supplier<Vocabulary> vocabulary(CheckpointFile tokenizer) {
    TensorFile seen = TensorFile.of(tokenizer.path(), tokenizer.remedy());
    try (Vocabulary vocabulary = Vocabulary.of(tokenizer)) {
      vocabulary.requireReadable();
    }
    return () -> {
      seen.requireUnchanged();
      return Vocabulary.of(tokenizer);
    };
  }

  BuiltInStage<Transformer> transformer() {
    OptionalDouble ropeTheta = settings.ropeTheta();
    TensorSource source = tree.transformer();
    TransformerConfig ofFile = TransformerConfig.of(tree.transformerConfig(), source);
    TransformerConfig config =
        ropeTheta.isPresent() ? ofFile.withRopeTheta(ropeTheta.getAsDouble()) : ofFile;
    Precision precision = settings.precisions().of(Stage.TRANSFORMER, engine);
    ModelWeights weights = ModelWeights.of(source, config.layout(), name -> false);
    WeightResidency residency = ofManySteps(weights, precision);
    Supplier<Transformer> opener =
        () ->
            HunyuanTransformer.of(
                engine,
                weights.open(engine, ScalarType.of(precision), residency),
                config,
                precision);
    opener.get().close();
    return found(weights, precision, residency, opener);
  }

  BuiltInStage<Vae> vae() {
    TensorSource source = tree.vae();
    VaeConfig config = VaeConfig.of(tree.vaeConfig());
    Precision precision = settings.precisions().of(Stage.VAE, engine);
    ModelWeights weights = ModelWeights.of(source, config.layout(), name -> false);
    Supplier<Vae> opener =
        () ->
            CausalVae.of(
                engine,
                weights.open(engine, ScalarType.of(precision), WeightResidency.KEEP),
                config,
                precision,
                settings.tiling());
    opener.get().close();
    return found(weights, precision, WeightResidency.KEEP, opener);
  }

  private <T> BuiltInStage<T> found(
      ModelWeights weights, Precision precision, WeightResidency residency, Supplier<T> opener) {
    return new BuiltInStage<>(
        weights.parameters(),
        StageMemory.of(weights, precision, residency, engine.device()),
        engine.device(),
        opener);
  }

  /**
   * A text encoder's layers run once for each prompt; keeping them only pays where the stage stays
   * open.
   */
  private WeightResidency ofOneUse() {
    return settings.offload() == OffloadMode.NONE ? WeightResidency.KEEP : WeightResidency.RELEASE;
  }

  /**
   * The transformer's blocks run once for each step. Blocks that are used in place cost nothing to
   * keep; those that must be converted are kept if there is memory for all of them, and converted
   * again at each step if not.
   */
  private WeightResidency ofManySteps(ModelWeights weights, Precision precision) {
    long converted = weights.memory(ScalarType.of(precision), engine.device()).copied();
    return engine.device().isGpu() || converted <= HostMemory.read().available() / 2
        ? WeightResidency.KEEP
        : WeightResidency.RELEASE;
  }
}
