package io.github.hunyuanvideo.core.vae;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.stage.FrameConsumer;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HunyuanVideo's VAE. Causal: a frame depends on earlier ones only, so one latent frame is an
 * image, and each further one four frames.
 */
public final class CausalVae implements Vae {

  private final TorchEngine engine;
  private final WeightStore weights;
  private final VaeConfig config;
  private final ScalarType type;
  private final TilePlan tiles;
  private final VaeProgram program;
  private final LayerStack decoder;
  private final LayerStack encoder;

  private CausalVae(
      TorchEngine engine,
      WeightStore weights,
      VaeConfig config,
      Precision precision,
      VaeTiling tiling) {
    this.engine = engine;
    this.weights = weights;
    this.config = config;
    this.type = ScalarType.of(precision);
    this.tiles = TilePlan.of(tiling, config);
    this.program = engine.program(VaeProgram.class);
    this.decoder = LayerStack.decoder(engine, weights, config);
    this.encoder = LayerStack.encoder(engine, weights, config);
  }

  /**
   * Makes a VAE.
   *
   * @param engine computes
   * @param weights the blocks of {@link VaeConfig#layout()}, in the given precision; closed with
   *     the VAE
   * @param config its size
   * @param precision what it computes in
   * @param tiling how videos are cut into tiles
   */
  public static CausalVae of(
      TorchEngine engine,
      WeightStore weights,
      VaeConfig config,
      Precision precision,
      VaeTiling tiling) {
    return new CausalVae(engine, weights, config, precision, tiling);
  }

  @Override
  public VaeProfile profile() {
    return new VaeProfile(config.latentChannels(), config.scalingFactor(), config.shiftFactor());
  }

  @Override
  public void decode(NDArray latents, StageContext context, FrameConsumer frames) {
    try (Tensor given = engine.view(latents, "latents");
        Tensor typed = given.to(type)) {
      requireChannels(given, config.latentChannels(), "latents");
      TiledPass pass = new TiledPass(engine, tiles.decodeSpace(), tiles.decodeTime());
      int parts = pass.tiles(typed.shape());
      AtomicInteger done = new AtomicInteger();
      pass.run(
          typed,
          tile -> {
            Tensor decoded = decoder.forward(tile, context::checkCancelled);
            context.reportProgress(done.incrementAndGet(), parts);
            return decoded;
          },
          part -> handOn(part, frames));
    }
  }

  private static void handOn(Tensor part, FrameConsumer frames) {
    try (part) {
      frames.accept(part.to(ScalarType.FLOAT32).releaseNdArray());
    }
  }

  @Override
  public NDArray encode(NDArray pixels, StageContext context) {
    try (Tensor moments = moments(pixels, context);
        Tensor mean = program.mean(moments)) {
      return mean.to(ScalarType.FLOAT32).releaseNdArray();
    }
  }

  /** Mean and logarithm of the variance of the distribution over latents, (1, 2 C, T, h, w). */
  Tensor moments(NDArray pixels, StageContext context) {
    List<Tensor> parts = new ArrayList<>();
    try (Tensor given = engine.view(pixels, "pixels");
        Tensor typed = given.to(type)) {
      requireChannels(given, 3, "pixels");
      new TiledPass(engine, tiles.encodeSpace(), tiles.encodeTime())
          .run(typed, tile -> encoder.forward(tile, context::checkCancelled), parts::add);
      return engine.tensors().concatenate(parts, 2);
    } finally {
      parts.forEach(Tensor::close);
    }
  }

  private static void requireChannels(Tensor tensor, int channels, String what) {
    if (tensor.rank() != 5 || tensor.length(0) != 1 || tensor.length(1) != channels) {
      throw new IllegalArgumentException(
          "the VAE takes %s of the shape (1, %d, T, H, W), got %s"
              .formatted(what, channels, tensor));
    }
  }

  LayerStack decoder() {
    return decoder;
  }

  LayerStack encoder() {
    return encoder;
  }

  @Override
  public void close() {
    weights.close();
  }
}
