package io.github.hunyuanvideo.core.pipeline;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.stage.Schedule;

/** A single step that gives the transformer's prediction back as the latents. */
final class VelocitySchedule extends Schedule {

  VelocitySchedule(float time) {
    super(time);
  }

  @Override
  protected NDArray advance(NDArray latents, NDArray velocity, int index) {
    return velocity.duplicate();
  }

  @Override
  protected NDArray estimate(NDArray latents, NDArray velocity, int index) {
    return latents.duplicate();
  }
}
