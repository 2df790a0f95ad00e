package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * From latents to the decoder's scale, and from its numbers, (1, 3, n, H, W) in float32, to pixels.
 * Results belong to the caller.
 */
@ProgramSource("frames")
interface FrameProgram {

  /** The transformer's latents (1, C, T, h, w) on the VAE's own scale. */
  Tensor unscaled(Tensor latents, double scale, double shift);

  /** Bytes (n, H, W, 3), truncated. */
  Tensor bytes(Tensor frames);

  /** Floats (3, n, H, W), 0 to 1. */
  Tensor floats(Tensor frames);
}
