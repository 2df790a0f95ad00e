package io.github.hunyuanvideo.api.stage;

/**
 * Predicts where noisy latents should move. One model, many generations; called by one thread at a
 * time.
 */
public interface Transformer extends AutoCloseable {

  /**
   * What a pipeline must know of it.
   *
   * @return the profile
   */
  TransformerProfile profile();

  /**
   * Starts a generation: computes what stays the same over its steps.
   *
   * @param context size and conditioning
   * @return the generation, to be closed by the caller
   * @throws IllegalArgumentException if the conditioning does not fit the model
   */
  Denoising begin(DenoisingContext context);

  /** Releases the weights. */
  @Override
  void close();
}
