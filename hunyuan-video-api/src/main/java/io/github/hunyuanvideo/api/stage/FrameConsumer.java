package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;

/**
 * Takes decoded frames, a run of them at a time and in order, while later ones are still being
 * decoded.
 */
@FunctionalInterface
public interface FrameConsumer {

  /**
   * Takes the next frames.
   *
   * @param frames float32 {@code (1, 3, n, H, W)}, nominally −1 (black) to 1 (white), not clamped;
   *     the consumer closes it
   */
  void accept(NDArray frames);
}
