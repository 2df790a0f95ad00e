package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.GenerationCancelledException;

/** Whether a generation shall end. Set by any thread, seen by the one that generates. */
final class Cancellation {

  private volatile boolean requested;

  void request() {
    requested = true;
  }

  /**
   * Ends the generation if that was asked for.
   *
   * @throws GenerationCancelledException if it was
   */
  void check() {
    if (requested) {
      throw new GenerationCancelledException();
    }
  }
}
