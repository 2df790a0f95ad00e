package io.github.hunyuanvideo.api;

import java.nio.file.Path;
import java.util.Set;

/**
 * Turns frames into a file. Give an implementation of your own to the pipeline's builder to replace
 * the built-in one.
 *
 * <pre>{@code
 * try (FrameWriter writer = encoder.open(Path.of("cat.mp4"), VideoFormat.MP4, size, 24)) {
 *   frames.forEach(writer::write);
 *   writer.finish();
 * }
 * }</pre>
 */
public interface VideoEncoder {

  /**
   * What this encoder can write.
   *
   * @return its formats
   */
  Set<VideoFormat> formats();

  /**
   * Refuses what {@link #open} would refuse, whatever the file. Programs and pipelines call it
   * before anything is computed, so that an hour's work does not end with a size that the format
   * cannot hold.
   *
   * <p>This default looks at the format only. An encoder that has limits of its own overrides it,
   * and calls it from {@link #open}.
   *
   * @param format the format of the file to come
   * @param size the size of every frame
   * @param framesPerSecond the rate of playing
   * @throws IllegalArgumentException if the format is none of {@link #formats()}, or the size or
   *     the rate is one that it cannot hold; the message names the nearest that it can
   */
  default void requireEncodable(VideoFormat format, VideoSize size, int framesPerSecond) {
    if (!formats().contains(format)) {
      throw new IllegalArgumentException(
          "this encoder writes %s, not %s; choose one of these, or another encoder"
              .formatted(formats(), format));
    }
  }

  /**
   * Starts a file.
   *
   * @param file where the finished file shall be; an existing one is replaced when the new one is
   *     whole
   * @param format one of {@link #formats()}
   * @param size the size of every frame
   * @param framesPerSecond the rate of playing, at least 1
   * @return a writer, to be closed by the caller
   * @throws IllegalArgumentException if the format is none of them, or the size or the rate is one
   *     that it cannot hold
   * @throws VideoEncodingException if the file cannot be started
   */
  FrameWriter open(Path file, VideoFormat format, VideoSize size, int framesPerSecond);
}
