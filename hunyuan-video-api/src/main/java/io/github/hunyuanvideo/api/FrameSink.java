package io.github.hunyuanvideo.api;

import java.nio.file.Path;

/**
 * Takes frames as the VAE delivers them, in order, while it still decodes later ones; so a long
 * video never lies in memory whole.
 *
 * <pre>{@code
 * pipeline.generate(request, FrameSink.file(Path.of("cat.mp4")));
 * }</pre>
 *
 * <p>Called by the thread that generates, which waits for it. The call that was given the sink
 * returns when the sink has seen its {@link #end()} or {@link #abort()}, and it is not used after.
 */
public interface FrameSink {

  /**
   * Called once before anything is computed, to refuse what the sink cannot take; so that no hour's
   * work is lost at {@link #begin}. Accepts everything unless it is overridden.
   *
   * @param description what will come
   * @throws IllegalArgumentException if the sink cannot take it
   */
  default void requireAcceptable(Description description) {}

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
   * Called once when the generation fails or is cancelled after {@link #begin}, and when {@link
   * #end()} fails. What it throws is added to the failure.
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
