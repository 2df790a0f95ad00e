package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NoiseSource;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/**
 * The noise that a generation starts from, as the official program draws it: with a generator for
 * each video, in the number format of the text encoder.
 *
 * @param source whose generator is taken
 * @param precision the format that the noise is rounded to
 */
record InitialNoise(NoiseSource source, Precision precision) {

  /** Draws the latents of one video, float32 on the engine's device; they belong to the caller. */
  Tensor draw(TorchEngine engine, LatentShape shape, long seed) {
    ComputeDevice from = source == NoiseSource.CPU ? ComputeDevice.cpu() : engine.device();
    try (Tensor drawn =
        engine.noise().normal(shape.toArray(), seed, ScalarType.of(precision), from)) {
      return engine.tensors().place(drawn, engine.device().toString(), ScalarType.FLOAT32.code());
    }
  }
}
