package io.github.hunyuanvideo.core.weights;

/** What becomes of a block's tensors when its last lease has ended. */
public enum WeightResidency {
  /** They stay for the next lease, until the store is closed. */
  KEEP,
  /**
   * They are released, and made anew for the next lease: least memory, and free where the file is
   * used in place.
   */
  RELEASE
}
