package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.core.torch.HostProcessor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.EnumMap;
import java.util.Map;

/** The number format of each stage: the caller's choice, or what suits the device. */
final class PrecisionChoice {

  private final Map<Stage, Precision> chosen;

  PrecisionChoice(Map<Stage, Precision> chosen) {
    this.chosen = new EnumMap<>(Stage.class);
    this.chosen.putAll(chosen);
  }

  /**
   * What a stage computes in. On the CPU bf16 where the processor computes in it, fp32 elsewhere;
   * on a GPU what the official program takes: bf16 for the transformer, fp16 for the others.
   */
  Precision of(Stage stage, TorchEngine engine) {
    Precision choice = chosen.get(stage);
    if (choice != null) {
      return choice;
    }
    ComputeDevice device = engine.device();
    if (device.isGpu()) {
      return stage == Stage.TRANSFORMER ? Precision.BF16 : Precision.FP16;
    }
    return HostProcessor.computesInBf16(engine) ? Precision.BF16 : Precision.FP32;
  }

  /**
   * What the initial noise is rounded to: the official program draws it in the text encoder's
   * format, which is fp16 unless it was set by hand.
   */
  Precision ofNoise() {
    return chosen.getOrDefault(Stage.TEXT_ENCODER, Precision.FP16);
  }
}
