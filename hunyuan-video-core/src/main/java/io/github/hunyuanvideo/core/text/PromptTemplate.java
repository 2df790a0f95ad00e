package io.github.hunyuanvideo.core.text;

/**
 * The words around a prompt that tell the language model what to look for. What stands before the
 * prompt is cut off from the model's states again; how many tokens that are is counted for each
 * prompt, so any template works. A token that begins in the template and ends in the prompt, as
 * {@code " A"} does behind a template that ends with a blank, stays with the prompt.
 *
 * <pre>{@code
 * PromptTemplate.of("<|start_header_id|>user<|end_header_id|>\n\nImagine this video: {}<|eot_id|>");
 * }</pre>
 */
public final class PromptTemplate {

  private static final String PLACE = "{}";

  /** Official code: {@code PROMPT_TEMPLATE_ENCODE_VIDEO} in {@code hyvideo/constants.py}. */
  private static final PromptTemplate VIDEO =
      of(
          "<|start_header_id|>system<|end_header_id|>\n\nDescribe the video by detailing the following aspects: "
              + "1. The main content and theme of the video."
              + "2. The color, shape, size, texture, quantity, text, and spatial relationships of the objects."
              + "3. Actions, events, behaviors temporal relationships, physical movement changes of the objects."
              + "4. background environment, light, style and atmosphere."
              + "5. camera angles, movements, and transitions used in the video:<|eot_id|>"
              + "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>");

  /** Official code: {@code PROMPT_TEMPLATE_ENCODE}. */
  private static final PromptTemplate IMAGE =
      of(
          "<|start_header_id|>system<|end_header_id|>\n\nDescribe the image by detailing the color, shape, size, texture, "
              + "quantity, text, spatial relationships of the objects and background:<|eot_id|>"
              + "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>");

  private final String before;
  private final String after;

  private PromptTemplate(String before, String after) {
    this.before = before;
    this.after = after;
  }

  /** The official template for videos; 95 tokens stand before the prompt. */
  public static PromptTemplate video() {
    return VIDEO;
  }

  /** The official template for images; 36 tokens stand before the prompt. */
  public static PromptTemplate image() {
    return IMAGE;
  }

  /**
   * A template of the caller's own.
   *
   * @param text with one {@code {}} where the prompt goes
   * @throws IllegalArgumentException if there is not exactly one
   */
  public static PromptTemplate of(String text) {
    int place = text.indexOf(PLACE);
    if (place < 0 || text.indexOf(PLACE, place + 1) >= 0) {
      throw new IllegalArgumentException(
          "a prompt template has exactly one {} where the prompt goes, got: " + text);
    }
    return new PromptTemplate(text.substring(0, place), text.substring(place + PLACE.length()));
  }

  /** What stands before the prompt. */
  public String prefix() {
    return before;
  }

  /** The template with a prompt in its place; braces in the prompt mean nothing. */
  public String apply(String prompt) {
    return before + prompt + after;
  }

  @Override
  public String toString() {
    return before + PLACE + after;
  }
}
