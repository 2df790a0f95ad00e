package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDManager;
import io.github.hunyuanvideo.api.GenerationCancelledException;

/** What a stage is given to work with, beside its input. */
public interface StageContext {

  /**
   * A manager for the stage's results and intermediate arrays. The pipeline closes it, and with it
   * every array that is still attached, when it has taken what it needs.
   *
   * @return a manager of the device that the pipeline computes on
   */
  NDManager manager();

  /**
   * Ends the stage if the generation was cancelled. A stage calls it often: the built-in ones do
   * before each of their blocks.
   *
   * @throws GenerationCancelledException if it was
   */
  void checkCancelled();

  /**
   * Tells listeners how far the stage is. Only needed where the pipeline cannot count itself:
   * inside the VAE.
   *
   * @param done how many parts are done
   * @param parts how many there are
   */
  void reportProgress(int done, int parts);
}
