package io.github.hunyuanvideo.core.vae;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Layers that run one after the other, each with weights of its own: the decoder, or the encoder.
 * Reads like the table of the architecture.
 */
final class LayerStack {

  private final TorchEngine engine;
  private final WeightStore weights;
  private final VaeConfig config;
  private final VaeProgram program;
  private final List<Layer> layers = new ArrayList<>();

  private record Layer(BlockId id, BiFunction<Tensor, TensorMap, Tensor> computation) {}

  private LayerStack(TorchEngine engine, WeightStore weights, VaeConfig config) {
    this.engine = engine;
    this.weights = weights;
    this.config = config;
    this.program = engine.program(VaeProgram.class);
  }

  /** Latents, unscaled, to pixels. */
  static LayerStack decoder(TorchEngine engine, WeightStore weights, VaeConfig config) {
    LayerStack stack = new LayerStack(engine, weights, config);
    stack.pointwise("post_quant_conv");
    stack.convolution("decoder.conv_in", 1, 1);
    stack.middle("decoder");
    for (int level = 0; level < VaeConfig.LEVELS; level++) {
      String block = "decoder.up_blocks." + level;
      stack.residuals(block, config.layersPerBlock() + 1);
      if (VaeConfig.scalesSpace(level)) {
        stack.upsample(block + ".upsamplers.0.conv", VaeConfig.scalesTime(level) ? 2 : 1);
      }
    }
    stack.end("decoder");
    return stack;
  }

  /** Pixels to the moments of a distribution over latents. */
  static LayerStack encoder(TorchEngine engine, WeightStore weights, VaeConfig config) {
    LayerStack stack = new LayerStack(engine, weights, config);
    stack.convolution("encoder.conv_in", 1, 1);
    for (int level = 0; level < VaeConfig.LEVELS; level++) {
      String block = "encoder.down_blocks." + level;
      stack.residuals(block, config.layersPerBlock());
      if (VaeConfig.scalesSpace(level)) {
        stack.convolution(block + ".downsamplers.0.conv", VaeConfig.scalesTime(level) ? 2 : 1, 2);
      }
    }
    stack.middle("encoder");
    stack.end("encoder");
    stack.pointwise("quant_conv");
    return stack;
  }

  private void middle(String half) {
    residual(half + ".mid_block.resnets.0");
    if (config.middleAttention()) {
      add(half + ".mid_block.attentions.0", (x, w) -> program.attention(x, w, config.groups()));
    }
    residual(half + ".mid_block.resnets.1");
  }

  private void end(String half) {
    add(half + ".conv_norm_out", (x, w) -> program.normAndActivation(x, w, config.groups()));
    convolution(half + ".conv_out", 1, 1);
  }

  private void residuals(String block, int count) {
    for (int i = 0; i < count; i++) {
      residual(block + ".resnets." + i);
    }
  }

  private void residual(String id) {
    add(id, (x, w) -> program.residualBlock(x, w, config.groups()));
  }

  private void convolution(String id, long timeStride, long spaceStride) {
    long[] stride = {timeStride, spaceStride, spaceStride};
    add(id, (x, w) -> program.convolution(x, w, stride));
  }

  private void upsample(String id, long frames) {
    add(id, (x, w) -> program.upsample(x, w, frames));
  }

  private void pointwise(String id) {
    add(id, program::pointwise);
  }

  private void add(String id, BiFunction<Tensor, TensorMap, Tensor> computation) {
    layers.add(new Layer(new BlockId(id), computation));
  }

  /**
   * Runs all layers.
   *
   * @param x (1, C, T, H, W); closed by this call
   * @param cancellation throws if the generation was cancelled; called before each layer
   * @return belongs to the caller
   */
  Tensor forward(Tensor x, Runnable cancellation) {
    return forward(x, cancellation, (id, result) -> {});
  }

  /** Runs all layers and shows each one's result, which stays with the stack. */
  Tensor forward(Tensor x, Runnable cancellation, BiConsumer<BlockId, Tensor> watcher) {
    Tensor result = x;
    for (Layer layer : layers) {
      result = run(layer, result, cancellation);
      watcher.accept(layer.id(), result);
    }
    return result;
  }

  private Tensor run(Layer layer, Tensor x, Runnable cancellation) {
    try (x) {
      cancellation.run();
      try (BlockWeights w = weights.acquire(layer.id(), engine.device())) {
        return layer.computation().apply(x, w.tensors());
      }
    }
  }
}
