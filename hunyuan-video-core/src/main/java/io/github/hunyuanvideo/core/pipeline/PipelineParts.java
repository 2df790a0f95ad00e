package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.stage.Scheduler;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/**
 * What a pipeline consists of.
 *
 * @param engine computes
 * @param slots the stages
 * @param scheduler makes schedules
 * @param noise what generations start from
 * @param encoder writes files
 */
record PipelineParts(
    TorchEngine engine,
    StageSlots slots,
    Scheduler scheduler,
    InitialNoise noise,
    VideoEncoder encoder)
    implements AutoCloseable {

  /** Closes the stages that are open, and then what they compute with. */
  @Override
  public void close() {
    try (engine) {
      slots.release();
    }
  }
}
