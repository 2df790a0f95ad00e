package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.TextEmbedding;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.text.LlamaProgram.Rotation;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first text encoder: hidden states of a Llama model, taken some layers before its end. Layers
 * behind are neither computed nor loaded, and padding is not computed either: with a causal model
 * it cannot influence what stands before it.
 */
public final class LlamaTextEncoder implements TextEncoder {

  /**
   * How the model's names begin: saved alone, as a language model, and inside of llava models,
   * older and newer.
   */
  private static final List<String> PREFIXES =
      List.of("language_model.model.", "model.language_model.", "model.", "");

  private static final Pattern LAYER = Pattern.compile("layers\\.([0-9]{1,4})\\.");

  private final TorchEngine engine;
  private final LlamaProgram program;
  private final LlamaConfig config;
  private final LlamaOptions options;
  private final Vocabulary vocabulary;
  private final WeightStore weights;
  private final ScalarType type;

  private LlamaTextEncoder(
      TorchEngine engine,
      LlamaConfig config,
      LlamaOptions options,
      Vocabulary vocabulary,
      WeightStore weights,
      ScalarType type) {
    this.engine = engine;
    this.program = engine.program(LlamaProgram.class);
    this.config = config;
    this.options = options;
    this.vocabulary = vocabulary;
    this.weights = weights;
    this.type = type;
  }

  /**
   * An encoder on weights.
   *
   * @param engine computes
   * @param weights what {@link #weights} found, opened; closed with the encoder
   * @param config its size
   * @param vocabulary closed with the encoder
   * @param options what of the states is used
   * @param precision what is computed in
   */
  public static LlamaTextEncoder of(
      TorchEngine engine,
      WeightStore weights,
      LlamaConfig config,
      Vocabulary vocabulary,
      LlamaOptions options,
      Precision precision) {
    return new LlamaTextEncoder(
        engine, config, options, vocabulary, weights, ScalarType.of(precision));
  }

  /**
   * Finds the weights of the layers that run, and makes sure that they are those of the
   * configuration.
   *
   * @param source the checkpoint's tensors: a Llama model, or a llava model, whose other tensors
   *     are passed over
   * @param config its size
   * @param options what of the states is used
   * @throws io.github.hunyuanvideo.api.CheckpointException if tensors and configuration do not
   *     agree
   * @throws IllegalArgumentException if the options skip more layers than there are
   */
  public static ModelWeights weights(
      TensorSource source, LlamaConfig config, LlamaOptions options) {
    if (options.skippedLayers() > config.layers()) {
      throw new IllegalArgumentException(
          "the language model has %d layers, %d cannot be skipped"
              .formatted(config.layers(), options.skippedLayers()));
    }
    int used = options.usedLayers(config.layers());
    return ModelWeights.of(
        languageModelOf(source),
        config.layout(used, options.isNormalised()),
        name -> isBehind(name, used) || name.endsWith(".inv_freq"));
  }

  private static TensorSource languageModelOf(TensorSource source) {
    String prefix =
        PREFIXES.stream()
            .filter(p -> source.tensors().containsKey(p + "embed_tokens.weight"))
            .findFirst()
            .orElse("");
    return source.renamed(
        name ->
            name.startsWith(prefix) && !name.equals("lm_head.weight")
                ? Optional.of(name.substring(prefix.length()))
                : Optional.empty());
  }

  /** Whether a tensor belongs to a layer that does not run, or to the norm behind the last one. */
  private static boolean isBehind(String name, int usedLayers) {
    Matcher layer = LAYER.matcher(name);
    if (layer.lookingAt()) {
      return Integer.parseInt(layer.group(1)) >= usedLayers;
    }
    return name.equals("norm.weight");
  }

  @Override
  public TextEmbedding encode(Prompt prompt, StageContext context) {
    return encode(prompt, context, state -> {});
  }

  /**
   * Encodes a prompt and shows the states of all tokens, (1, n, D): those that go into each layer,
   * and at last those that are used. They stay with the encoder.
   */
  TextEmbedding encode(Prompt prompt, StageContext context, Consumer<Tensor> watcher) {
    LlamaTokens tokens = LlamaTokens.of(prompt, vocabulary, options, config.beginOfText());
    long length = tokens.ids().length();
    try (Tensor states = states(tokens, context, watcher);
        Tensor cropped = engine.tensors().slice(states, 1, tokens.crop(), length);
        Tensor copied = engine.tensors().copy(cropped, engine.device().toString())) {
      return new TextEmbedding(
          copied.to(ScalarType.FLOAT32).releaseNdArray(context.manager()), tokens.dropped());
    }
  }

  /** States of all tokens, (1, n, D). */
  private Tensor states(LlamaTokens tokens, StageContext context, Consumer<Tensor> watcher) {
    Tensor x = embed(tokens);
    boolean whole = false;
    try (Rotation rotation =
        program.rotation(
            tokens.ids().length(),
            config.headWidth(),
            config.ropeTheta(),
            engine.device().toString(),
            type.code())) {
      for (int i = 0; i < options.usedLayers(config.layers()); i++) {
        watcher.accept(x);
        x = layer(i, x, rotation, context);
      }
      x = options.isNormalised() ? normalised(x) : x;
      watcher.accept(x);
      whole = true;
      return x;
    } finally {
      if (!whole) {
        x.close();
      }
    }
  }

  private Tensor embed(LlamaTokens tokens) {
    try (Tensor ids = engine.hostTensor(tokens.ids().toArray())) {
      return with(
          LlamaConfig.EMBEDDING,
          w -> program.embed(ids, w.get("weight"), engine.device().toString(), type.code()));
    }
  }

  private Tensor layer(int index, Tensor x, Rotation rotation, StageContext context) {
    context.checkCancelled();
    Tensor next =
        with(
            LlamaConfig.layerId(index),
            w ->
                program.layer(
                    x,
                    w.tensors(),
                    rotation.cos(),
                    rotation.sin(),
                    config.heads(),
                    config.kvHeads(),
                    config.epsilon()));
    x.close();
    return next;
  }

  private Tensor normalised(Tensor states) {
    try (states) {
      return with(LlamaConfig.NORM, w -> program.norm(states, w.tensors(), config.epsilon()));
    }
  }

  private <T> T with(BlockId block, Function<BlockWeights, T> computation) {
    try (BlockWeights w = weights.acquire(block, engine.device())) {
      return computation.apply(w);
    }
  }

  @Override
  public void close() {
    weights.close();
    vocabulary.close();
  }
}
