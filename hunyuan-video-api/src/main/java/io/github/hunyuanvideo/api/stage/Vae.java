package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;

/**
 * Compresses frames to latents and back. Works on its own scale: the pipeline divides the
 * transformer's latents by {@link VaeProfile#scalingFactor()} before decoding. Called by one thread
 * at a time.
 */
public interface Vae extends AutoCloseable {

  /**
   * What a pipeline must know of it.
   *
   * @return the profile
   */
  VaeProfile profile();

  /**
   * Decodes latents.
   *
   * @param latents float32 {@code (1, C, T, h, w)}; stays with the caller
   * @param context where to create arrays, and whether to stop
   * @param frames takes 4 (T − 1) + 1 frames of the size 8h × 8w, in order
   */
  void decode(NDArray latents, StageContext context, FrameConsumer frames);

  /**
   * Encodes frames: the mean of the distribution over latents.
   *
   * @param pixels float32 {@code (1, 3, F, H, W)}, −1 to 1; F is 4n + 1, H and W multiples of 8;
   *     stays with the caller
   * @param context where to create arrays, and whether to stop
   * @return float32 {@code (1, C, (F − 1) / 4 + 1, H / 8, W / 8)}; belongs to the caller
   */
  NDArray encode(NDArray pixels, StageContext context);

  /** Releases the weights. */
  @Override
  void close();
}
