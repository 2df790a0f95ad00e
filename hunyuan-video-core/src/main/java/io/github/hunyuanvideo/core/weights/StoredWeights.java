package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Optional;
import java.util.function.Function;

/**
 * A checkpoint's weights, and how a model wants to have them. Holds nothing open; see {@link
 * MappedWeightStore}.
 *
 * @param engine makes the tensors
 * @param source the checkpoint
 * @param type what is computed in
 * @param residency what becomes of a block after its lease
 */
public record StoredWeights(
    TorchEngine engine, TensorSource source, ScalarType type, WeightResidency residency) {

  /**
   * The same weights under other names.
   *
   * @param naming the new name of each, or empty for those that are left out
   * @throws io.github.hunyuanvideo.api.CheckpointException if two get the same name
   */
  public StoredWeights renamed(Function<String, Optional<String>> naming) {
    return new StoredWeights(engine, source.renamed(naming), type, residency);
  }
}
