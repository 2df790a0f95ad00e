package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.Medium;

/**
 * What of the language model's states is used. The defaults are the official program's.
 *
 * @param videoTemplate the words around a prompt for a video
 * @param imageTemplate the words around a prompt for an image
 * @param tokens how many tokens of a video's prompt are kept; together with the video template's
 *     this is the longest sequence, for images too, whose template is shorter and leaves room for
 *     more
 * @param skippedLayers how many layers before the end the states are taken; 0 takes the last ones,
 *     which are normalised
 * @param finalNorm whether the model's final norm is applied to the states of an earlier layer
 */
public record LlamaOptions(
    PromptTemplate videoTemplate,
    PromptTemplate imageTemplate,
    int tokens,
    int skippedLayers,
    boolean finalNorm) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public LlamaOptions {
    if (tokens < 1 || tokens > 8192) {
      throw new IllegalArgumentException(
          "the number of text tokens must be between 1 and 8192, got %d; usual: 256"
              .formatted(tokens));
    }
    if (skippedLayers < 0) {
      throw new IllegalArgumentException(
          "the number of skipped layers must not be negative, got %d; usual: 2"
              .formatted(skippedLayers));
    }
  }

  /** The official options: 256 tokens, states of the third-last entry, no final norm. */
  public static LlamaOptions official() {
    return new LlamaOptions(PromptTemplate.video(), PromptTemplate.image(), 256, 2, false);
  }

  PromptTemplate template(Medium medium) {
    return medium == Medium.IMAGE ? imageTemplate : videoTemplate;
  }

  /** How many of a model's layers run. */
  int usedLayers(int layers) {
    return layers - skippedLayers;
  }

  /** Whether the states pass the model's final norm; the last ones always do. */
  boolean isNormalised() {
    return finalNorm || skippedLayers == 0;
  }
}
