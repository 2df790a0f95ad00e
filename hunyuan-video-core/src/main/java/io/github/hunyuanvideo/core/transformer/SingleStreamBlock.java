package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.SingleBlockParts;
import io.github.hunyuanvideo.core.weights.BlockId;
import org.jspecify.annotations.Nullable;

/**
 * A block in which image and text tokens share one set of weights, and attention and MLP run side
 * by side (arXiv:2302.05442). 40 of them follow the double-stream blocks in the published model.
 */
final class SingleStreamBlock {

  private final HunyuanTransformer model;
  private final BlockId id;
  private final @Nullable Attention attention;

  /**
   * Makes a block.
   *
   * @param model whose block it is
   * @param index its place among the blocks of this kind
   * @param attention null for the program's own, which computes the whole block in one call
   */
  SingleStreamBlock(HunyuanTransformer model, int index, @Nullable Attention attention) {
    this.model = model;
    this.id = BlockId.of("single_blocks", index);
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
      return model.with(
          id,
          w ->
              attention == null
                  ? whole(tokens, inputs, w.tensors())
                  : inParts(tokens, inputs, w.tensors(), attention));
    }
  }

  private Tensor whole(Tensor tokens, BlockInputs inputs, TensorMap w) {
    return model
        .program()
        .singleBlock(tokens, inputs.vector(), w, inputs.rotation(), model.config().heads());
  }

  private Tensor inParts(
      Tensor tokens, BlockInputs inputs, TensorMap w, Attention chosenAttention) {
    TransformerProgram program = model.program();
    int heads = model.config().heads();
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
