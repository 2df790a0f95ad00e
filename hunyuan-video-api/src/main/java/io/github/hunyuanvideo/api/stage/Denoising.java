package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;

/** One generation of a {@link Transformer}: owns positions, projected text and caches. */
public interface Denoising extends AutoCloseable {

  /**
   * Predicts the velocity, noise minus data, at one point of the path.
   *
   * <p>What is computed from the latents is freed when the step has ended, as DJL attaches it to
   * their manager; what shall live longer is attached to the manager of {@link
   * DenoisingContext#stage()}.
   *
   * @param latents float32 {@code (1, C, T, h, w)}; stays with the caller
   * @param timestep where on the path
   * @param branch under which condition
   * @return float32, of the latents' shape; belongs to the caller
   */
  NDArray velocity(NDArray latents, Timestep timestep, Branch branch);

  /** Releases what was kept for this generation. */
  @Override
  void close();
}
