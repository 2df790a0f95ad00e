package io.github.hunyuanvideo.core.pipeline;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/** Predicts with one branch, or with two that are combined. */
final class ClassifierFreeGuidance {

  private final TorchEngine engine;
  private final GuidanceProgram program;
  private final VideoRequest request;
  private final ScalarType type;

  /**
   * Makes the guidance of a generation.
   *
   * @param request says whether there are two branches
   * @param type what the transformer computes in
   */
  ClassifierFreeGuidance(TorchEngine engine, VideoRequest request, ScalarType type) {
    this.engine = engine;
    this.program = engine.program(GuidanceProgram.class);
    this.request = request;
    this.type = type;
  }

  /** The velocity at a timestep, (1, C, T, h, w), float32; belongs to the caller. */
  Tensor velocity(Denoising denoising, NDArray latents, Timestep timestep) {
    if (!request.usesGuidance()) {
      return predict(denoising, latents, timestep, Branch.POSITIVE);
    }
    try (Tensor negative = predict(denoising, latents, timestep, Branch.NEGATIVE);
        Tensor positive = predict(denoising, latents, timestep, Branch.POSITIVE)) {
      Tensor guided = program.combine(negative, positive, request.guidanceScale(), type.code());
      if (request.guidanceRescale() == 0) {
        return guided;
      }
      try (guided) {
        return program.rescale(guided, positive, request.guidanceRescale(), type.code());
      }
    }
  }

  private Tensor predict(Denoising denoising, NDArray latents, Timestep timestep, Branch branch) {
    return engine.adopt(denoising.velocity(latents, timestep, branch), "the velocity");
  }
}
