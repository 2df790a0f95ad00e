package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import java.util.Arrays;
import java.util.Set;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on tensors. The relative error is max|a − b| / max|b|; a failure prints the largest
 * difference, where it is, and how many numbers are over the limit.
 */
public final class TensorAssert extends AbstractAssert<TensorAssert, Tensor> {

  private TensorAssert(Tensor actual) {
    super(actual, TensorAssert.class);
  }

  public static TensorAssert assertThatTensor(Tensor actual) {
    return new TensorAssert(actual);
  }

  public TensorAssert hasShape(long... shape) {
    isNotNull();
    if (!Arrays.equals(actual.shape(), shape)) {
      failWithMessage(
          "expected the shape %s, got %s", Arrays.toString(shape), Arrays.toString(actual.shape()));
    }
    return this;
  }

  public TensorAssert hasType(ScalarType type) {
    isNotNull();
    if (actual.type() != type) {
      failWithMessage("expected the type %s, got %s", type, actual.type());
    }
    return this;
  }

  /** The relative error is at most {@code limit}. */
  public TensorAssert isCloseTo(Tensor expected, double limit) {
    hasShape(expected.shape());
    requireClose(actual.toFloats(), expected.toFloats(), limit, actual.shape());
    return this;
  }

  /** The relative error is at most {@code limit}. */
  public TensorAssert isCloseTo(FloatTensor expected, double limit) {
    hasShape(Arrays.stream(expected.shape()).asLongStream().toArray());
    requireClose(actual.toFloats(), expected.toArray(), limit, actual.shape());
    return this;
  }

  /** Every bit is the same. */
  public TensorAssert isIdenticalTo(Tensor expected) {
    hasShape(expected.shape());
    hasType(expected.type());
    float[] a = actual.toFloats();
    float[] b = expected.toFloats();
    requireClose(a, b, 0, actual.shape());
    // Zeros of different sign are at no distance from each other.
    if (!Arrays.equals(bits(a), bits(b))) {
      failWithMessage("the numbers are equal, but not their bits: zeros differ in sign");
    }
    return this;
  }

  /** {@link #isDrawnAs(Tensor, ScalarType)} in the type of the numbers. */
  public TensorAssert isDrawnAs(Tensor expected) {
    return isDrawnAs(expected, expected.type());
  }

  /**
   * Random numbers are the official ones: bit for bit on x86-64, where the golden data were drawn.
   * On other processors PyTorch takes another logarithm and cosine, and its own draws differ from
   * these by 5e-7; rounded to a small type, some fall to the other side.
   *
   * @param rounded the type that they were rounded to
   */
  public TensorAssert isDrawnAs(Tensor expected, ScalarType rounded) {
    if (Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"))) {
      return isIdenticalTo(expected);
    }
    double unit =
        switch (rounded) {
          case FLOAT16 -> 1e-3;
          case BFLOAT16 -> 8e-3;
          default -> 1e-6;
        };
    return isCloseTo(expected, unit);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  /** max|a − b| / max|b|; infinite if a number of {@code a} is not finite. */
  public static double relativeError(float[] a, float[] b) {
    double scale = 1e-12;
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      scale = Math.max(scale, Math.abs(b[i]));
      double difference = Math.abs((double) a[i] - b[i]);
      largest = Float.isFinite(a[i]) ? Math.max(largest, difference) : Double.POSITIVE_INFINITY;
      if (largest == Double.POSITIVE_INFINITY) {
        return largest;
      }
    }
    return largest / scale;
  }

  private void requireClose(float[] a, float[] b, double limit, long[] shape) {
    double error = relativeError(a, b);
    Figures.record(error, limit);
    if (error <= limit) {
      return;
    }
    double scale = 1e-12;
    for (float value : b) {
      scale = Math.max(scale, Math.abs(value));
    }
    int worst = 0;
    int over = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = Math.abs((double) a[i] - b[i]);
      if (!(difference <= Math.abs((double) a[worst] - b[worst]))) {
        worst = i;
      }
      over += difference <= limit * scale ? 0 : 1;
    }
    failWithMessage(
        "the relative error is %.3e, the limit %.1e: %s instead of %s at %s; %d of %d numbers are over the limit",
        error, limit, a[worst], b[worst], position(worst, shape), over, a.length);
  }

  private static String position(int flat, long[] shape) {
    long[] index = new long[shape.length];
    long rest = flat;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return Arrays.toString(index);
  }
}
