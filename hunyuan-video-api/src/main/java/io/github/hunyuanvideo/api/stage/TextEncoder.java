package io.github.hunyuanvideo.api.stage;

/**
 * Turns a prompt into embeddings. A pipeline has two: the first gives a sequence (the language
 * model), the second one pooled vector (CLIP). Called by one thread at a time.
 *
 * <pre>{@code
 * TextEncoder constant = new TextEncoder() {
 *   public TextEmbedding encode(Prompt prompt, StageContext context) {
 *     return TextEmbedding.of(context.manager().zeros(new Shape(1, 8, 4096)));
 *   }
 *   public void close() {}
 * };
 * }</pre>
 */
public interface TextEncoder extends AutoCloseable {

  /**
   * Encodes one prompt.
   *
   * @param prompt the words
   * @param context where to create arrays, and whether to stop
   * @return float32: {@code (1, L, D)} from a first encoder, {@code (1, P)} from a second
   */
  TextEmbedding encode(Prompt prompt, StageContext context);

  /** Releases the weights. */
  @Override
  void close();
}
