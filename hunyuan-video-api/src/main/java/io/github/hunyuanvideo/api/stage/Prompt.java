package io.github.hunyuanvideo.api.stage;

import io.github.hunyuanvideo.api.Medium;

/**
 * What a text encoder encodes.
 *
 * @param text the user's words, stripped of white space around them
 * @param medium whether they describe a video or an image
 */
public record Prompt(String text, Medium medium) {

  /**
   * A prompt for a video.
   *
   * @param text the user's words
   * @return the prompt
   */
  public static Prompt forVideo(String text) {
    return new Prompt(text.strip(), Medium.VIDEO);
  }

  /**
   * A prompt for a single image.
   *
   * @param text the user's words
   * @return the prompt
   */
  public static Prompt forImage(String text) {
    return new Prompt(text.strip(), Medium.IMAGE);
  }
}
