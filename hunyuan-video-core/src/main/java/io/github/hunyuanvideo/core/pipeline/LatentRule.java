package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * What a condition does to latents around a step; for example an image that stays the first frame.
 * Takes latents over and gives latents back.
 */
interface LatentRule {

  /** Before the transformer sees them. */
  Tensor before(Tensor latents);

  /** After the step. */
  Tensor after(Tensor latents);

  /** Text alone: latents stay as they are. */
  static LatentRule none() {
    return new LatentRule() {
      @Override
      public Tensor before(Tensor latents) {
        return latents;
      }

      @Override
      public Tensor after(Tensor latents) {
        return latents;
      }
    };
  }
}
