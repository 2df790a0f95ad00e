package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.device.HostMemory;
import io.github.hunyuanvideo.core.text.ClipTextEncoder;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.text.LlamaTextEncoder;
import io.github.hunyuanvideo.core.text.Vocabulary;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.HunyuanTransformer;
import io.github.hunyuanvideo.core.transformer.TransformerConfig;
import io.github.hunyuanvideo.core.vae.CausalVae;
import io.github.hunyuanvideo.core.vae.VaeConfig;
import io.github.hunyuanvideo.core.weights.MappedWeightStore;
import io.github.hunyuanvideo.core.weights.StoredWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the stages of a checkpoint. Each method reads headers and configurations and holds them
 * against one another at once, so that a wrong checkpoint is refused before anything is computed;
 * what it returns maps the weights when it is called.
 */
final class BuiltInStages {

  private static final Logger log = LoggerFactory.getLogger(BuiltInStages.class);

  private final TorchEngine engine;
  private final CheckpointTree tree;
  private final PrecisionChoice precisions;
  private final OffloadMode offload;

  BuiltInStages(
      TorchEngine engine, CheckpointTree tree, PrecisionChoice precisions, OffloadMode offload) {
    this.engine = engine;
    this.tree = tree;
    this.precisions = precisions;
    this.offload = offload;
  }

  Supplier<TextEncoder> textEncoder(LlamaOptions options) {
    StoredWeights weights = ofOneUse(tree.textEncoder(), Stage.TEXT_ENCODER);
    ConfigFile config = tree.textEncoderConfig();
    CheckpointFile tokenizer = tree.textEncoderTokenizer();
    Supplier<TextEncoder> opener =
        () -> LlamaTextEncoder.open(weights, config, Vocabulary.of(tokenizer), options);
    opener.get().close();
    return opener;
  }

  Supplier<TextEncoder> textEncoder2() {
    StoredWeights weights = ofOneUse(tree.textEncoder2(), Stage.TEXT_ENCODER_2);
    ConfigFile config = tree.textEncoder2Config();
    CheckpointFile tokenizer = tree.textEncoder2Tokenizer();
    Supplier<TextEncoder> opener =
        () -> ClipTextEncoder.open(weights, config, Vocabulary.of(tokenizer));
    opener.get().close();
    return opener;
  }

  Supplier<Transformer> transformer(OptionalDouble ropeTheta) {
    TensorSource source = tree.transformer();
    TransformerConfig ofFile = TransformerConfig.of(tree.transformerConfig(), source);
    TransformerConfig config =
        ropeTheta.isPresent() ? ofFile.withRopeTheta(ropeTheta.getAsDouble()) : ofFile;
    Precision precision = chosen(Stage.TRANSFORMER);
    StoredWeights stored = stored(source, precision, ofManySteps(source, precision));
    Supplier<Transformer> opener =
        () -> {
          WeightStore weights = MappedWeightStore.open(stored, config.layout(), name -> false);
          return HunyuanTransformer.of(engine, weights, config, precision);
        };
    opener.get().close();
    if (config.layout().parameters() >= TencentLicence.FROM_PARAMETERS) {
      log.info(TencentLicence.NOTICE);
    }
    return opener;
  }

  Supplier<Vae> vae(VaeTiling tiling) {
    VaeConfig config = VaeConfig.of(tree.vaeConfig());
    Precision precision = chosen(Stage.VAE);
    StoredWeights stored = stored(tree.vae(), precision, WeightResidency.KEEP);
    Supplier<Vae> opener =
        () -> {
          WeightStore weights = MappedWeightStore.open(stored, config.layout(), name -> false);
          return CausalVae.of(engine, weights, config, precision, tiling);
        };
    opener.get().close();
    return opener;
  }

  private Precision chosen(Stage stage) {
    Precision precision = precisions.of(stage, engine);
    log.info("The {} computes in {} on {}", stage.label(), precision, engine.device());
    return precision;
  }

  /**
   * A text encoder's layers run once for each prompt; keeping them only pays where the stage stays
   * open.
   */
  private StoredWeights ofOneUse(TensorSource source, Stage stage) {
    return stored(
        source,
        chosen(stage),
        offload == OffloadMode.NONE ? WeightResidency.KEEP : WeightResidency.RELEASE);
  }

  private StoredWeights stored(
      TensorSource source, Precision precision, WeightResidency residency) {
    return new StoredWeights(engine, source, ScalarType.of(precision), residency);
  }

  /**
   * The transformer's blocks run once for each step. Blocks that are used in place cost nothing to
   * keep; those that must be converted are kept if there is memory for all of them, and converted
   * again at each step if not.
   */
  private WeightResidency ofManySteps(TensorSource source, Precision precision) {
    long converted =
        source.tensors().values().stream()
            .filter(tensor -> tensor.type() != ScalarType.of(precision))
            .mapToLong(tensor -> tensor.size() * precision.bytes())
            .sum();
    long available = HostMemory.read().available();
    if (engine.device().isGpu() || converted <= available / 2) {
      return WeightResidency.KEEP;
    }
    log.info(
        "Weights in {} would take {} MB, {} MB are available; they are converted block by block at each step",
        precision,
        converted >> 20,
        available >> 20);
    return WeightResidency.RELEASE;
  }
}
