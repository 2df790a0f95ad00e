package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.api.ComputeDevice;

/**
 * Gives out a model's weights block by block. How they come to the device is not the model's
 * business.
 */
public interface WeightStore extends AutoCloseable {

  /**
   * Leases a block's weights. Several leases of one block share its memory.
   *
   * @param block which block
   * @param device where they are needed
   * @return the lease, to be closed when the block has computed
   * @throws io.github.hunyuanvideo.api.CheckpointException if they lie in a file that is no longer
   *     the one that was opened; weights that were copied out of it before are given out still
   */
  BlockWeights acquire(BlockId block, ComputeDevice device);

  /**
   * Says that a block will be needed soon.
   *
   * @param block which block
   * @param device where
   */
  void prefetch(BlockId block, ComputeDevice device);

  /** Releases everything. Leases must be closed before. */
  @Override
  void close();
}
