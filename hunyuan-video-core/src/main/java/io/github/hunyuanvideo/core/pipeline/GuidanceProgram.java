package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * How the predictions of two branches, (1, C, T, h, w) in float32, become one. Results belong to
 * the caller.
 */
@ProgramSource("guidance")
interface GuidanceProgram {

  /** From the negative prediction towards and beyond the positive one, computed in a type. */
  Tensor combine(Tensor negative, Tensor positive, double scale, int type);

  /**
   * Brings the guided prediction's spread back towards that of the positive one, computed in a
   * type.
   */
  Tensor rescale(Tensor guided, Tensor positive, double share, int type);
}
