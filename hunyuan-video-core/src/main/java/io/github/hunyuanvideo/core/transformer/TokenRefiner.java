package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.ProjectedText;

/**
 * Llama's states become the transformer's text tokens: projected once for a generation, then
 * refined at every step by two blocks that attend among the text alone and know the time.
 */
final class TokenRefiner {

  private static final String PROJECTION = "txt_in";

  private final HunyuanTransformer model;

  TokenRefiner(HunyuanTransformer model) {
    this.model = model;
  }

  /**
   * What does not depend on the time.
   *
   * @param sequence Llama's states without padding, float32 (1, L, 4096)
   * @return tokens (1, L, D), and the vector of their mean (1, D); the caller closes both
   */
  ProjectedText project(Tensor sequence) {
    return model.with(PROJECTION, w -> model.program().projectText(sequence, w.tensors()));
  }

  /**
   * The tokens for one step, (1, L, D).
   *
   * @param time the timestep, float32 (1)
   * @param beforeEachBlock may throw, to cancel
   */
  Tensor refine(ProjectedText text, Tensor time, Runnable beforeEachBlock) {
    TransformerProgram program = model.program();
    try (Tensor embedded =
            model.with(PROJECTION, w -> program.embedValue(time, w.tensors(), "t_embedder.mlp"));
        Tensor vector = program.add(embedded, text.vector())) {
      beforeEachBlock.run();
      Tensor tokens = block(0, text.tokens(), vector);
      for (int i = 1; i < TransformerConfig.REFINER_BLOCKS; i++) {
        try (Tensor before = tokens) {
          beforeEachBlock.run();
          tokens = block(i, before, vector);
        }
      }
      return tokens;
    }
  }

  private Tensor block(int index, Tensor tokens, Tensor vector) {
    return model.with(
        TransformerConfig.refinerBlockId(index),
        w -> model.program().refineText(tokens, vector, w.tensors(), model.config().heads()));
  }
}
