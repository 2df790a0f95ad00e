package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * What a condition does to latents around a step; for example an image that stays the first frame.
 * Takes latents over and gives latents back.
 */
interface LatentRule {

  /** Before the transformer sees them. */
  Tensor before(Timestep step, Tensor latents);

  /** After the step. */
  Tensor after(Timestep step, Tensor latents);

  /** Text alone: latents stay as they are. */
  static LatentRule none() {
    return new LatentRule() {
      @Override
      public Tensor before(Timestep step, Tensor latents) {
        return latents;
      }

      @Override
      public Tensor after(Timestep step, Tensor latents) {
        return latents;
      }
    };
  }
}
