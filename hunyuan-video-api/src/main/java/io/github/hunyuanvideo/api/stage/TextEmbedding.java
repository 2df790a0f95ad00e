package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;

/**
 * What a text encoder makes of a prompt.
 *
 * @param values float32: {@code (1, L, D)} of the encoder that gives a sequence, one row for each
 *     token and no padding; {@code (1, P)} of the encoder that gives a pooled embedding. Belongs to
 *     the receiver.
 * @param droppedTokens how many tokens at the prompt's end did not fit
 */
public record TextEmbedding(NDArray values, int droppedTokens) {

  /**
   * An embedding of a prompt that fitted whole.
   *
   * @param values float32, {@code (1, L, D)} or {@code (1, P)}
   * @return the embedding
   */
  public static TextEmbedding of(NDArray values) {
    return new TextEmbedding(values, 0);
  }
}
