package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Arrays;

/**
 * Inputs so small that a norm's epsilon decides what becomes of them. Inputs of order one, as in
 * the golden data, hide an epsilon that is ten times too large.
 */
public final class QuietTensors {

  /** Their square is one millionth. */
  private static final float AMPLITUDE = 1e-3f;

  private QuietTensors() {}

  /** Mean 0, variance 1e-6: the sign changes from each element to the next. */
  public static Tensor alternating(TorchEngine engine, int... shape) {
    float[] values = new float[size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? AMPLITUDE : -AMPLITUDE;
    }
    return engine.tensor(values, shape);
  }

  /** What a norm with that epsilon makes of their absolute value. */
  public static double normalised(double epsilon) {
    return AMPLITUDE / Math.sqrt((double) AMPLITUDE * AMPLITUDE + epsilon);
  }

  /** The same number everywhere, as weights that do nothing. */
  public static Tensor full(TorchEngine engine, float value, int... shape) {
    float[] values = new float[size(shape)];
    Arrays.fill(values, value);
    return engine.tensor(values, shape);
  }

  /** A square matrix that changes nothing, or scales. */
  public static Tensor diagonal(TorchEngine engine, float value, int size) {
    float[] values = new float[size * size];
    for (int i = 0; i < size; i++) {
      values[i * size + i] = value;
    }
    return engine.tensor(values, size, size);
  }

  private static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
