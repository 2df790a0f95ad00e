package io.github.hunyuanvideo.api;

import java.util.Arrays;

/**
 * What the text encoders make of one prompt. Can be kept, saved and given back to {@link
 * VideoRequest.Builder#embeddings}, so that a prompt that is used often is encoded once.
 *
 * @param sequence the language model's embeddings, float32 {@code (1, L, D)}: one row for each of
 *     the prompt's L tokens, without padding; D is 4096 for the published model
 * @param pooled CLIP's pooled embedding, float32 {@code (1, P)}; P is 768 for the published model
 * @param droppedTokens how many tokens at the prompt's end did not fit and had no influence; 0 for
 *     most prompts
 */
public record PromptEmbeddings(FloatTensor sequence, FloatTensor pooled, int droppedTokens) {

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if a shape is not as described
   */
  public PromptEmbeddings {
    if (sequence.rank() != 3 || sequence.length(0) != 1 || sequence.length(1) < 1) {
      throw new IllegalArgumentException(
          "the sequence of embeddings must have the shape (1, tokens, width), got " + sequence);
    }
    if (pooled.rank() != 2 || pooled.length(0) != 1) {
      throw new IllegalArgumentException(
          "the pooled embedding must have the shape (1, width), got " + pooled);
    }
    if (droppedTokens < 0) {
      throw new IllegalArgumentException("droppedTokens must not be negative: " + droppedTokens);
    }
  }

  /**
   * Embeddings of a prompt that fitted whole.
   *
   * @param sequence float32 {@code (1, L, D)}, without padding
   * @param pooled float32 {@code (1, P)}
   * @return the embeddings
   * @throws IllegalArgumentException if a shape is not as described
   */
  public static PromptEmbeddings of(FloatTensor sequence, FloatTensor pooled) {
    return new PromptEmbeddings(sequence, pooled, 0);
  }

  /**
   * Embeddings in the form the official program has them: padded to a fixed length, with a mask.
   *
   * @param sequence float32 {@code (1, L, D)}, padding included
   * @param mask L ones and zeros: ones for the prompt's tokens, then zeros for the padding
   * @param pooled float32 {@code (1, P)}
   * @return the embeddings without the padding
   * @throws IllegalArgumentException if a shape is not as described, or the mask is not a row of
   *     ones followed by zeros
   */
  public static PromptEmbeddings ofPadded(FloatTensor sequence, long[] mask, FloatTensor pooled) {
    if (sequence.rank() != 3 || sequence.length(0) != 1 || sequence.length(1) != mask.length) {
      throw new IllegalArgumentException(
          "a mask of %d entries needs a sequence of the shape (1, %d, width), got %s"
              .formatted(mask.length, mask.length, sequence));
    }
    int valid = 0;
    while (valid < mask.length && mask[valid] == 1) {
      valid++;
    }
    for (int i = valid; i < mask.length; i++) {
      if (mask[i] != 0) {
        throw new IllegalArgumentException(
            "the mask must be ones followed by zeros, got %d at position %d after a run of %d ones"
                .formatted(mask[i], i, valid));
      }
    }
    int width = sequence.length(2);
    float[] rows = Arrays.copyOf(sequence.toArray(), valid * width);
    return of(FloatTensor.wrap(rows, 1, valid, width), pooled);
  }

  /**
   * The number of tokens of the prompt that the transformer sees.
   *
   * @return L, at least 1
   */
  public int tokens() {
    return sequence.length(1);
  }
}
