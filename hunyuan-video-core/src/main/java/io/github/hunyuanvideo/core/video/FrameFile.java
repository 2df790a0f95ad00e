package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.Frame;
import java.io.IOException;

/** One format's way of filling a file that nobody sees yet. */
interface FrameFile extends AutoCloseable {

  /**
   * Adds the next frame.
   *
   * @throws IllegalArgumentException if the format holds no further frame
   * @throws IOException if it cannot be written
   */
  void add(Frame frame) throws IOException;

  /**
   * Writes what is still missing. Nothing is added afterwards.
   *
   * @throws IOException if that fails
   */
  void complete() throws IOException;

  /** Releases everything; what was not completed is of no use. A second call does nothing. */
  @Override
  void close();
}
