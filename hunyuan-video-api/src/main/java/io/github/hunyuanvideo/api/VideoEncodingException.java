package io.github.hunyuanvideo.api;

import org.jspecify.annotations.Nullable;

/**
 * Frames could not be written as a video or image file. The file that was asked for does not exist,
 * and the frames are not lost.
 */
public final class VideoEncodingException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what went wrong with which file
   */
  public VideoEncodingException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what went wrong with which file
   * @param cause what led to it, or null
   */
  public VideoEncodingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
