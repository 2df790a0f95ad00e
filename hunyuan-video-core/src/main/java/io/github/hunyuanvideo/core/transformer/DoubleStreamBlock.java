package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.Streams;
import io.github.hunyuanvideo.core.weights.BlockId;
import org.jspecify.annotations.Nullable;

/**
 * A block in which image and text tokens attend to each other and have weights of their own for
 * everything else (MMDiT, arXiv:2403.03206). The published model begins with 20 of them.
 */
final class DoubleStreamBlock {

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
  DoubleStreamBlock(HunyuanTransformer model, int index, @Nullable Attention attention) {
    this.model = model;
    this.id = BlockId.of("double_blocks", index);
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
      return model.with(
          id,
          w ->
              attention == null
                  ? whole(streams, inputs, w.tensors())
                  : inParts(streams, inputs, w.tensors(), attention));
    }
  }

  private Streams whole(Streams streams, BlockInputs inputs, TensorMap w) {
    return model
        .program()
        .doubleBlock(
            streams.image(),
            streams.text(),
            inputs.vector(),
            w,
            inputs.rotation(),
            model.config().heads());
  }

  private Streams inParts(
      Streams streams, BlockInputs inputs, TensorMap w, Attention chosenAttention) {
    TransformerProgram program = model.program();
    int heads = model.config().heads();
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
