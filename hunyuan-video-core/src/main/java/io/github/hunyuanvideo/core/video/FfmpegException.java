package io.github.hunyuanvideo.core.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** A call of FFmpeg failed. The message is FFmpeg's own reason after what was attempted. */
final class FfmpegException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_REASON = 256;

  FfmpegException(String message) {
    super(message);
  }

  /**
   * Lets a result pass unless it is an error.
   *
   * @param result what the call returned; negative if it failed
   * @param attempted what the call was to do, for example {@code starting the encoder}
   * @return the result
   * @throws FfmpegException if the result is negative
   */
  static int check(int result, String attempted) throws FfmpegException {
    if (result < 0) {
      throw new FfmpegException(attempted + " failed: " + reason(result));
    }
    return result;
  }

  private static String reason(int error) {
    byte[] text = new byte[LONGEST_REASON];
    avutil.av_strerror(error, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }
}
