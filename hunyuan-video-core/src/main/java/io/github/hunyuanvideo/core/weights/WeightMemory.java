package io.github.hunyuanvideo.core.weights;

/**
 * What a model's weights take while it computes.
 *
 * @param inPlace bytes that are used where they lie in mapped files; the system holds as much of
 *     them in memory as is free, and reads the others again
 * @param copied bytes of all tensors that are converted to another number format or brought to
 *     another device; these need memory of their own
 * @param largestCopy the part of these that the largest block has
 */
public record WeightMemory(long inPlace, long copied, long largestCopy) {

  /** How many copied bytes there are at one moment. */
  public long copiedAtOnce(WeightResidency residency) {
    return residency == WeightResidency.KEEP ? copied : largestCopy;
  }
}
