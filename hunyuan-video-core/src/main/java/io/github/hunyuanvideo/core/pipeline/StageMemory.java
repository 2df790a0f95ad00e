package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightMemory;
import io.github.hunyuanvideo.core.weights.WeightResidency;

/**
 * What a stage's weights take while it computes. What the computation itself takes, which grows
 * with the size and length of a video, comes on top.
 *
 * @param precision what it computes in
 * @param inPlace bytes that are used where they lie in mapped files, on the host; they need no
 *     memory, but computing is slow where much less of it is free
 * @param copied bytes of the weights that are converted, or brought to a GPU
 * @param copiedAtOnce bytes of these copies that there are at one moment: all, or those of one
 *     block. As much must be free on the device
 */
public record StageMemory(Precision precision, long inPlace, long copied, long copiedAtOnce) {

  static StageMemory of(
      ModelWeights weights, Precision precision, WeightResidency residency, ComputeDevice device) {
    WeightMemory memory = weights.memory(ScalarType.of(precision), device);
    return new StageMemory(
        precision, memory.inPlace(), memory.copied(), memory.copiedAtOnce(residency));
  }
}
