package io.github.hunyuanvideo.api.stage;

/**
 * Which condition a prediction is made under. Without classifier-free guidance there is only the
 * positive one.
 */
public enum Branch {
  /** Under the prompt. */
  POSITIVE,
  /** Under the negative prompt. */
  NEGATIVE
}
