package io.github.hunyuanvideo.api;

import java.nio.file.Path;

/**
 * Takes frames as the VAE delivers them, in order, while it still decodes later ones; so a long
 * video never lies in memory whole.
 *
 * <pre>{@code
 * pipeline.generate(request, FrameSink.file(Path.of("cat.mp4")));
 * }</pre>
 */
public interface FrameSink {

  /**
   * Called once before the first frame.
   *
   * @param description what is coming
   */
  void begin(Description description);

  /**
   * Called for each frame, in order.
   *
   * @param frame the next frame
   */
  void frame(Frame frame);

  /** Called once after the last frame; not called when the generation fails or is cancelled. */
  void end();

  /**
   * Called once instead of {@link #end()} when the generation fails or is cancelled after {@link
   * #begin}.
   */
  default void abort() {}

  /**
   * Writes the frames into a file with the pipeline's own encoder. The file appears when it is
   * whole.
   *
   * @param file its name decides the format, see {@link VideoFormat#of(Path)}
   * @return a sink for one video
   * @throws IllegalArgumentException if the name has no known ending
   */
  static FrameSink file(Path file) {
    return new FileFrameSink(file, VideoFormat.of(file));
  }

  /**
   * What a sink is told before the first frame.
   *
   * @param size the size of every frame
   * @param frames how many frames there will be
   * @param framesPerSecond the rate of playing
   * @param encoder the pipeline's encoder, for sinks that write files
   */
  record Description(VideoSize size, int frames, int framesPerSecond, VideoEncoder encoder) {}
}
