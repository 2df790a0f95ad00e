package io.github.hunyuanvideo.api;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Numbers with a shape, on the Java heap: embeddings, latents or frames as a caller keeps, saves
 * and gives them back. Immutable; the last axis runs fastest.
 *
 * <pre>{@code
 * FloatTensor half = FloatTensor.of(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, 1, 4);
 * }</pre>
 */
public final class FloatTensor {

  private final float[] values;
  private final int[] shape;

  private FloatTensor(float[] values, int[] shape) {
    this.values = values;
    this.shape = shape;
  }

  /**
   * Copies numbers into a tensor.
   *
   * @param values the numbers, last axis fastest
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws IllegalArgumentException if the shape has a negative length or does not hold exactly
   *     the given numbers
   */
  public static FloatTensor of(float[] values, int... shape) {
    return new FloatTensor(checkedAgainst(values, shape).clone(), shape.clone());
  }

  /**
   * Makes a tensor of an array without copying it, for large results. The array must not be written
   * to afterwards.
   *
   * @param values the numbers, last axis fastest
   * @param shape the length of each axis; none for a single number
   * @return the tensor
   * @throws IllegalArgumentException if the shape has a negative length or does not hold exactly
   *     the given numbers
   */
  public static FloatTensor wrap(float[] values, int... shape) {
    return new FloatTensor(checkedAgainst(values, shape), shape.clone());
  }

  private static float[] checkedAgainst(float[] values, int[] shape) {
    long most = Integer.MAX_VALUE;
    long size = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException(
            "a shape has no negative length, got " + describe(shape));
      }
      size = Math.min(size * length, most + 1);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape %s holds %s numbers, got %d"
              .formatted(describe(shape), size > most ? "more than " + most : size, values.length));
    }
    return values;
  }

  /**
   * The length of each axis.
   *
   * @return a copy
   */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * The number of axes.
   *
   * @return 0 for a single number
   */
  public int rank() {
    return shape.length;
  }

  /**
   * The length of one axis.
   *
   * @param axis from 0, or from -1 backwards
   * @return its length
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public int length(int axis) {
    return shape[axis < 0 ? shape.length + axis : axis];
  }

  /**
   * How many numbers there are.
   *
   * @return the product of the axes' lengths
   */
  public int size() {
    return values.length;
  }

  /**
   * One number.
   *
   * @param index a position on each axis, from 0
   * @return the number there
   * @throws IndexOutOfBoundsException if the index has another rank or lies outside
   */
  public float get(int... index) {
    if (index.length != shape.length) {
      throw new IndexOutOfBoundsException(
          "a tensor of shape %s needs %d indices, got %d"
              .formatted(describe(shape), shape.length, index.length));
    }
    int offset = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape[axis]) {
        throw new IndexOutOfBoundsException(
            "index %s lies outside of shape %s".formatted(describe(index), describe(shape)));
      }
      offset = offset * shape[axis] + index[axis];
    }
    return values[offset];
  }

  /**
   * All numbers, last axis fastest.
   *
   * @return a copy
   */
  public float[] toArray() {
    return values.clone();
  }

  /**
   * All numbers without a copy.
   *
   * @return a read-only view, last axis fastest
   */
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
  }

  /**
   * One entry of the first axis.
   *
   * @param index from 0
   * @return a copy of that entry, of the same rank, with a first axis of length 1
   * @throws IndexOutOfBoundsException if there is no such entry
   */
  public FloatTensor sample(int index) {
    if (shape.length == 0 || index < 0 || index >= shape[0]) {
      throw new IndexOutOfBoundsException(
          "there is no entry %d in shape %s".formatted(index, describe(shape)));
    }
    int stride = values.length / shape[0];
    int[] one = shape.clone();
    one[0] = 1;
    return new FloatTensor(Arrays.copyOfRange(values, index * stride, (index + 1) * stride), one);
  }

  /**
   * Equal if shape and every bit of every number are.
   *
   * @param other anything
   * @return whether it is an equal tensor
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof FloatTensor tensor
        && Arrays.equals(shape, tensor.shape)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  /**
   * The shape; never the numbers.
   *
   * @return for example {@code FloatTensor (1, 16, 5, 12, 16)}
   */
  @Override
  public String toString() {
    return "FloatTensor " + describe(shape);
  }

  private static String describe(int[] lengths) {
    return Arrays.stream(lengths)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
