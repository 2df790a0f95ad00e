package io.github.hunyuanvideo.core.text;

import com.google.common.primitives.Longs;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.TextEmbedding;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The second text encoder: CLIP's state of the end of the text, without projection. It reads the
 * bare prompt, without a template; what does not fit its positions is cut off, and the end-of-text
 * token stays.
 */
public final class ClipTextEncoder implements TextEncoder {

  private static final String PREFIX = "text_model.";

  private final TorchEngine engine;
  private final ClipProgram program;
  private final ClipConfig config;
  private final Vocabulary vocabulary;
  private final WeightStore weights;
  private final ScalarType type;

  private ClipTextEncoder(
      TorchEngine engine,
      ClipConfig config,
      Vocabulary vocabulary,
      WeightStore weights,
      ScalarType type) {
    this.engine = engine;
    this.program = engine.program(ClipProgram.class);
    this.config = config;
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
   * @param precision what is computed in
   */
  public static ClipTextEncoder of(
      TorchEngine engine,
      WeightStore weights,
      ClipConfig config,
      Vocabulary vocabulary,
      Precision precision) {
    return new ClipTextEncoder(engine, config, vocabulary, weights, ScalarType.of(precision));
  }

  /**
   * Finds the text encoder's weights, and makes sure that they are those of the configuration.
   *
   * @param source the checkpoint's tensors: the text encoder, or a whole CLIP model, whose other
   *     tensors are passed over
   * @param config its size
   * @throws io.github.hunyuanvideo.api.CheckpointException if tensors and configuration do not
   *     agree
   */
  public static ModelWeights weights(TensorSource source, ClipConfig config) {
    return ModelWeights.of(
        textModelOf(source), config.layout(), name -> name.endsWith(".position_ids"));
  }

  private static TensorSource textModelOf(TensorSource source) {
    boolean whole = source.tensors().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    return source.renamed(
        name -> {
          if (name.startsWith(PREFIX)) {
            return Optional.of(name.substring(PREFIX.length()));
          }
          return whole || name.startsWith("text_projection.")
              ? Optional.empty()
              : Optional.of(name);
        });
  }

  @Override
  public TextEmbedding encode(Prompt prompt, StageContext context) {
    long[] all = vocabulary.ids(prompt.text());
    return new TextEmbedding(
        pooled(cut(all, config.positions()), context).releaseNdArray(context.manager()),
        Math.max(0, all.length - config.positions()));
  }

  /** The longest beginning that leaves room for the last token, which ends the text. */
  static long[] cut(long[] ids, int positions) {
    if (ids.length <= positions) {
      return ids;
    }
    return Longs.concat(Arrays.copyOf(ids, positions - 1), new long[] {ids[ids.length - 1]});
  }

  /** The pooled state of a sequence, (1, D), float32. */
  Tensor pooled(long[] ids, StageContext context) {
    return pooled(ids, context, state -> {});
  }

  /**
   * The pooled state; shows the states of all tokens, (1, L, D), that go into each layer, and at
   * last those that come out of the last one. They stay with the encoder.
   */
  Tensor pooled(long[] ids, StageContext context, Consumer<Tensor> watcher) {
    try (Tensor last = states(ids, context, watcher)) {
      return normalised(last, config.pooledPosition(ids));
    }
  }

  private Tensor states(long[] ids, StageContext context, Consumer<Tensor> watcher) {
    Tensor x = embed(ids);
    boolean whole = false;
    try {
      for (int i = 0; i < config.layers(); i++) {
        watcher.accept(x);
        x = layer(i, x, context);
      }
      watcher.accept(x);
      whole = true;
      return x;
    } finally {
      if (!whole) {
        x.close();
      }
    }
  }

  private Tensor layer(int index, Tensor x, StageContext context) {
    Tensor next;
    try (BlockWeights w = acquire(index, context)) {
      next = program.layer(x, w.tensors(), config.heads(), config.epsilon(), config.activation());
    }
    x.close();
    return next;
  }

  /** The normalised state of one token, (1, D), float32. */
  Tensor normalised(Tensor states, long index) {
    try (BlockWeights w = weights.acquire(ClipConfig.FINAL_NORM, engine.device())) {
      return program.pooled(states, index, w.tensors(), config.epsilon());
    }
  }

  private BlockWeights acquire(int layer, StageContext context) {
    context.checkCancelled();
    return weights.acquire(ClipConfig.layerId(layer), engine.device());
  }

  private Tensor embed(long[] ids) {
    try (Tensor index = engine.hostTensor(ids);
        BlockWeights tokens = weights.acquire(ClipConfig.TOKENS, engine.device());
        BlockWeights positions = weights.acquire(ClipConfig.POSITIONS, engine.device())) {
      return program.embed(
          index,
          tokens.get("weight"),
          positions.get("weight"),
          engine.device().toString(),
          type.code());
    }
  }

  @Override
  public void close() {
    weights.close();
    vocabulary.close();
  }
}
