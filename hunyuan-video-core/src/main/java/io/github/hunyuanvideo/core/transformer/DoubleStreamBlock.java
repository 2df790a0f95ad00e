package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.Streams;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import org.jspecify.annotations.Nullable;

/**
 * A block in which image and text tokens attend to each other and have weights of their own for
 * everything else (MMDiT, arXiv:2403.03206). The published model begins with 20 of them.
 */
final class DoubleStreamBlock {

  private final TransformerProgram program;
  private final WeightStore weights;
  private final BlockId id;
  private final ComputeDevice device;
  private final int heads;
  private final @Nullable Attention attention;

  /**
   * Makes a block.
   *
   * @param attention null for the program's own, which computes the whole block in one call
   */
  DoubleStreamBlock(
      TransformerProgram program,
      WeightStore weights,
      int index,
      ComputeDevice device,
      int heads,
      @Nullable Attention attention) {
    this.program = program;
    this.weights = weights;
    this.id = BlockId.of("double_blocks", index);
    this.device = device;
    this.heads = heads;
    this.attention = attention;
  }

  /**
   * Computes the block.
   *
   * @param streams image (1, S, D) and text tokens (1, L, D); closed by this call
   * @return tokens of the same shapes; they belong to the caller
   */
  Streams forward(Streams streams, BlockInputs inputs) {
    try (streams) {
      inputs.cancellation().run();
      try (BlockWeights w = weights.acquire(id, device)) {
        return attention == null
            ? program.doubleBlock(
                streams.image(),
                streams.text(),
                inputs.vector(),
                w.tensors(),
                inputs.rotation(),
                heads)
            : inParts(streams, inputs, w.tensors(), attention);
      }
    }
  }

  private Streams inParts(
      Streams streams, BlockInputs inputs, TensorMap w, Attention chosenAttention) {
    Tensor image = streams.image();
    Tensor text = streams.text();
    try (Streams mod = program.doubleBlockModulation(inputs.vector(), w);
        Qkv qkv =
            program.doubleBlockQkv(
                image, text, mod.image(), mod.text(), w, inputs.rotation(), heads);
        Tensor attended = chosenAttention.attend(qkv, inputs.layout())) {
      return program.doubleBlockOut(image, text, attended, mod.image(), mod.text(), w);
    }
  }
}
