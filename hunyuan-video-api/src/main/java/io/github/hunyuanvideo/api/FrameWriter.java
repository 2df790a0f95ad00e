package io.github.hunyuanvideo.api;

/**
 * Writes frames into one file, one after the other. The file appears under its name only with
 * {@link #finish()}; closing without it leaves nothing behind.
 */
public interface FrameWriter extends AutoCloseable {

  /**
   * Adds the next frame.
   *
   * @param frame a frame of the size that was announced
   * @throws VideoEncodingException if it cannot be written
   */
  void write(Frame frame);

  /**
   * Completes the file and gives it its name.
   *
   * @throws VideoEncodingException if that fails; the file does not exist then
   */
  void finish();

  /** Releases everything; removes what was written unless {@link #finish()} was called. */
  @Override
  void close();
}
