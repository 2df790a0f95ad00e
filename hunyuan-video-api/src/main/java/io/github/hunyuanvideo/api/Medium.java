package io.github.hunyuanvideo.api;

/** What a prompt describes; decides the words that are put around it for the language model. */
public enum Medium {
  /** More than one frame. */
  VIDEO,
  /** A single frame. */
  IMAGE;

  /**
   * The medium of so many frames.
   *
   * @param frames at least 1
   * @return {@link #IMAGE} for 1 frame, otherwise {@link #VIDEO}
   */
  public static Medium of(int frames) {
    return frames == 1 ? IMAGE : VIDEO;
  }
}
