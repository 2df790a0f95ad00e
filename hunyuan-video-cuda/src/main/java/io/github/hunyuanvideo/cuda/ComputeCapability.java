package io.github.hunyuanvideo.cuda;

import java.util.Comparator;
import java.util.Optional;

/** The generation of a GPU: 7.5 Turing, 8.x Ampere and Ada, 9.0 Hopper, 10.x and 12.x Blackwell. */
record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

  private static final ComputeCapability BLACKWELL = new ComputeCapability(10, 0);
  private static final CudaVersion FIRST_WITH_BLACKWELL = new CudaVersion(12, 8);

  /**
   * The first CUDA whose compiler knows this generation, where that matters: natives that were
   * built with an older one hold no code for it.
   */
  Optional<CudaVersion> firstCuda() {
    return compareTo(BLACKWELL) >= 0 ? Optional.of(FIRST_WITH_BLACKWELL) : Optional.empty();
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return Comparator.comparingInt(ComputeCapability::major)
        .thenComparingInt(ComputeCapability::minor)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
