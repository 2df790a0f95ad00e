package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.function.Predicate;

/**
 * A model's weights as a checkpoint has them: every tensor that the model expects is there, in its
 * shape. Immutable; nothing is mapped or allocated.
 */
public final class ModelWeights {

  private final TensorSource source;
  private final WeightLayout layout;

  private ModelWeights(TensorSource source, WeightLayout layout) {
    this.source = source;
    this.layout = layout;
  }

  /**
   * Holds a checkpoint against what a model expects.
   *
   * @param source the checkpoint, under the names of the layout
   * @param layout what the model expects
   * @param ignorable names of surplus tensors that are known and not used
   * @throws io.github.hunyuanvideo.api.CheckpointException if the checkpoint is not what the model
   *     expects
   * @throws io.github.hunyuanvideo.api.UnsupportedFeatureException if weights are stored in a
   *     format that cannot be read yet
   */
  public static ModelWeights of(
      TensorSource source, WeightLayout layout, Predicate<String> ignorable) {
    layout.requireIn(source, ignorable);
    return new ModelWeights(source, layout);
  }

  /** The number of parameters. */
  public long parameters() {
    return layout.parameters();
  }

  /**
   * What they take in memory.
   *
   * @param type what is computed in
   * @param device what is computed on
   */
  public WeightMemory memory(ScalarType type, ComputeDevice device) {
    return layout.memory(source, type, device);
  }

  /**
   * Opens them. Nothing is read or mapped until a block is leased.
   *
   * @param engine makes the tensors
   * @param type what is computed in
   * @param residency what becomes of a block after its lease
   * @return a store, to be closed by the caller
   */
  public WeightStore open(TorchEngine engine, ScalarType type, WeightResidency residency) {
    return new MappedWeightStore(engine, source, layout, type, residency);
  }
}
