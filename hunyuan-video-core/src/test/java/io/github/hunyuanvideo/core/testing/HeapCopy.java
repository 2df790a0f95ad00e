package io.github.hunyuanvideo.core.testing;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import java.util.Arrays;

/** Arrays of a stage as values that outlive it. */
final class HeapCopy {

  private HeapCopy() {}

  static FloatTensor of(NDArray array) {
    return FloatTensor.wrap(
        array.toFloatArray(),
        Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray());
  }
}
