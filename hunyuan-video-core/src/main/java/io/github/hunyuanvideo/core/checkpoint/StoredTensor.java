package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.Arrays;

/**
 * A tensor as a file holds it: where its bytes are and how they are laid out. Immutable; nothing of
 * the tensor is in memory.
 */
public final class StoredTensor {

  private final String name;
  private final ScalarType type;
  private final long[] shape;
  private final long[] strides;
  private final TensorFile file;
  private final long offset;

  /**
   * Describes a tensor.
   *
   * @param name its name in the file
   * @param type of its elements
   * @param shape the length of each axis
   * @param strides the distance of neighbours on each axis, in elements
   * @param file where it lies
   * @param offset where its first element lies, in bytes from the file's start
   */
  StoredTensor(
      String name, ScalarType type, long[] shape, long[] strides, TensorFile file, long offset) {
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
    this.strides = strides.clone();
    this.file = file;
    this.offset = offset;
  }

  /** A tensor whose elements lie one after the other, last axis fastest. */
  static StoredTensor contiguous(
      String name, ScalarType type, long[] shape, TensorFile file, long offset) {
    return new StoredTensor(name, type, shape, contiguousStrides(shape), file, offset);
  }

  private static long[] contiguousStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape[axis]);
    }
    return strides;
  }

  /** Its name in the file. */
  public String name() {
    return name;
  }

  /** The type of its elements. */
  public ScalarType type() {
    return type;
  }

  /** The length of each axis. */
  public long[] shape() {
    return shape.clone();
  }

  /** The distance of neighbours on each axis, in elements. */
  public long[] strides() {
    return strides.clone();
  }

  /** The file that it lies in. */
  public TensorFile file() {
    return file;
  }

  /** Where its first element lies, in bytes from the file's start. */
  public long offset() {
    return offset;
  }

  /** The number of elements. */
  public long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** The number of bytes of its elements, each counted once. */
  public long bytes() {
    return size() * type.bytes();
  }

  /**
   * Whether its elements lie one after the other, last axis fastest; an axis of length 1 may have
   * any stride.
   */
  public boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && strides[axis] != expected) {
        return size() == 0;
      }
      expected *= shape[axis];
    }
    return true;
  }

  /** The same tensor under another name. */
  StoredTensor renamed(String newName) {
    return new StoredTensor(newName, type, shape, strides, file, offset);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, Arrays.toString(shape));
  }
}
