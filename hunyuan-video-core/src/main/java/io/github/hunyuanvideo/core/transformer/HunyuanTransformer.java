package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.TransformerProfile;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.Streams;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * HunyuanVideo's diffusion transformer: from noisy latents, a time and a condition to a velocity.
 *
 * <p>Text comes without padding, so no mask is needed: in the official code padded tokens are a
 * sequence of their own, which no image token sees.
 */
public final class HunyuanTransformer implements Transformer {

  private final TorchEngine engine;
  private final WeightStore weights;
  private final TransformerConfig config;
  private final Precision precision;
  private final TransformerProgram program;
  private final RotaryEmbedding positions;
  private final List<DoubleStreamBlock> doubleBlocks;
  private final List<SingleStreamBlock> singleBlocks;

  private HunyuanTransformer(
      TorchEngine engine,
      WeightStore weights,
      TransformerConfig config,
      Precision precision,
      @Nullable Attention attention) {
    this.engine = engine;
    this.weights = weights;
    this.config = config;
    this.precision = precision;
    this.program = engine.program(TransformerProgram.class);
    this.positions = RotaryEmbedding.of(config);
    this.doubleBlocks =
        IntStream.range(0, config.doubleBlocks())
            .mapToObj(i -> new DoubleStreamBlock(this, i, attention))
            .toList();
    this.singleBlocks =
        IntStream.range(0, config.singleBlocks())
            .mapToObj(i -> new SingleStreamBlock(this, i, attention))
            .toList();
  }

  /**
   * Makes a transformer.
   *
   * @param engine computes
   * @param weights the blocks of {@link TransformerConfig#layout()}, in the given precision; closed
   *     with the transformer
   * @param config its size
   * @param precision what it computes in
   */
  public static HunyuanTransformer of(
      TorchEngine engine, WeightStore weights, TransformerConfig config, Precision precision) {
    return new HunyuanTransformer(engine, weights, config, precision, null);
  }

  /**
   * The same model with another attention; shares the weights, which are closed with the first of
   * both.
   */
  public HunyuanTransformer with(Attention attention) {
    return new HunyuanTransformer(engine, weights, config, precision, attention);
  }

  @Override
  public TransformerProfile profile() {
    return new TransformerProfile(config.inChannels(), config.guidanceEmbedded(), precision);
  }

  /** Its size. */
  public TransformerConfig config() {
    return config;
  }

  @Override
  public Denoising begin(DenoisingContext context) {
    if (!config.guidanceEmbedded()) {
      return begin(context, null);
    }
    double scale =
        context
            .embeddedGuidance()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "this model is distilled and takes the guidance scale as an input; set embeddedGuidance, usually 6"));
    try (Tensor guidance =
        program.guidanceValue(scale, type().code(), engine.device().toString())) {
      return begin(context, guidance);
    }
  }

  /**
   * Starts a generation.
   *
   * @param guidance what the guidance embedder is given, (1); stays with the caller. Null for
   *     models without one
   */
  Denoising begin(DenoisingContext context, @Nullable Tensor guidance) {
    requireShape(context.shape());
    return HunyuanDenoising.begin(this, context, guidance);
  }

  private void requireShape(LatentShape shape) {
    if (shape.channels() != config.inChannels()
        || shape.height() % 2 != 0
        || shape.width() % 2 != 0) {
      throw new IllegalArgumentException(
          "the transformer takes latents of %d channels with even height and width, got %s"
              .formatted(config.inChannels(), shape));
    }
  }

  @Override
  public void close() {
    weights.close();
  }

  TorchEngine engine() {
    return engine;
  }

  TransformerProgram program() {
    return program;
  }

  RotaryEmbedding positions() {
    return positions;
  }

  ComputeDevice device() {
    return engine.device();
  }

  ScalarType type() {
    return ScalarType.of(precision);
  }

  /** Computes with the weights of one block. */
  <T> T with(BlockId block, Function<BlockWeights, T> computation) {
    try (BlockWeights w = weights.acquire(block, engine.device())) {
      return computation.apply(w);
    }
  }

  /** Computes with the weights of the block of that name. */
  <T> T with(String block, Function<BlockWeights, T> computation) {
    return with(new BlockId(block), computation);
  }

  /**
   * Runs all blocks.
   *
   * @param image tokens (1, S, D); closed by this call
   * @param text tokens (1, L, D); closed by this call
   * @return image tokens followed by text tokens, (1, S + L, D)
   */
  Tensor throughBlocks(Tensor image, Tensor text, BlockInputs inputs) {
    Streams streams = new Streams(image, text);
    for (DoubleStreamBlock block : doubleBlocks) {
      streams = block.forward(streams, inputs);
    }
    Tensor tokens;
    try (Streams last = streams) {
      tokens = program.join(last.image(), last.text());
    }
    for (SingleStreamBlock block : singleBlocks) {
      tokens = block.forward(tokens, inputs);
    }
    return tokens;
  }
}
