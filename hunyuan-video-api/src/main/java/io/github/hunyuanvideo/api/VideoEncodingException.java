package io.github.hunyuanvideo.api;

import org.jspecify.annotations.Nullable;

/**
 * Frames could not be written as a video or image file. No unfinished file is left behind, and an
 * earlier one of that name is as it was. A {@link Video} still has its frames; of frames that were
 * streamed into the file while they were decoded, the latents can be decoded again.
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
