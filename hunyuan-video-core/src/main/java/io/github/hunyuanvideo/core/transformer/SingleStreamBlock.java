package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.SingleBlockParts;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockWeights;
import io.github.hunyuanvideo.core.weights.WeightStore;
import org.jspecify.annotations.Nullable;

/**
 * A block in which image and text tokens share one set of weights, and attention and MLP run side
 * by side (arXiv:2302.05442). 40 of them follow the double-stream blocks in the published model.
 */
final class SingleStreamBlock {

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
  SingleStreamBlock(
      TransformerProgram program,
      WeightStore weights,
      int index,
      ComputeDevice device,
      int heads,
      @Nullable Attention attention) {
    this.program = program;
    this.weights = weights;
    this.id = BlockId.of("single_blocks", index);
    this.device = device;
    this.heads = heads;
    this.attention = attention;
  }

  /**
   * Computes the block.
   *
   * @param tokens image tokens followed by text tokens, (1, S + L, D); closed by this call
   * @return tokens of the same shape; they belong to the caller
   */
  Tensor forward(Tensor tokens, BlockInputs inputs) {
    try (tokens) {
      inputs.cancellation().run();
      try (BlockWeights w = weights.acquire(id, device)) {
        return attention == null
            ? program.singleBlock(tokens, inputs.vector(), w.tensors(), inputs.rotation(), heads)
            : inParts(tokens, inputs, w.tensors(), attention);
      }
    }
  }

  private Tensor inParts(
      Tensor tokens, BlockInputs inputs, TensorMap w, Attention chosenAttention) {
    try (Tensor mod = program.singleBlockModulation(inputs.vector(), w)) {
      SingleBlockParts parts = program.singleBlockQkv(tokens, mod, w, inputs.rotation(), heads);
      try (Tensor mlp = parts.mlp();
          Qkv qkv = new Qkv(parts.q(), parts.k(), parts.v());
          Tensor attended = chosenAttention.attend(qkv, inputs.layout())) {
        return program.singleBlockOut(tokens, attended, mlp, mod, w);
      }
    }
  }
}
