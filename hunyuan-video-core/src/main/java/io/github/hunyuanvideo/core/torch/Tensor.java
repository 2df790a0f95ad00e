package io.github.hunyuanvideo.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in native memory, of any {@link ScalarType}. Has exactly one owner, who closes it;
 * {@link TorchEngine#openTensors()} counts those that are open.
 *
 * <p>A tensor may be a view of another's memory, or of a mapped file, and keeps that memory alive
 * by itself. Tensors are never written to after they were made.
 */
public final class Tensor implements AutoCloseable {

  private final TorchEngine engine;
  private final PtNDArray array;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private @Nullable ScalarType type;

  /** Takes ownership of an array. */
  Tensor(TorchEngine engine, PtNDArray array) {
    this.engine = engine;
    this.array = array;
    engine.census().opened();
  }

  /** The length of each axis. */
  public long[] shape() {
    return handle().getShape().getShape();
  }

  /** The number of axes. */
  public int rank() {
    return handle().getShape().dimension();
  }

  /** The length of one axis, counted from 0, or backwards from -1. */
  public long length(int axis) {
    long[] shape = shape();
    return shape[axis < 0 ? shape.length + axis : axis];
  }

  /** The number of elements. */
  public long size() {
    return handle().getShape().size();
  }

  /** The element type. */
  public ScalarType type() {
    ScalarType known = type;
    if (known == null) {
      known =
          ScalarType.ofDjl(handle().getDataType())
              .orElseGet(() -> ScalarType.ofCode(engine.tensors().scalarType(this)));
      type = known;
    }
    return known;
  }

  /**
   * The same numbers in another type: this tensor's memory if it has that type already, new memory
   * otherwise.
   *
   * @return a tensor of its own, to be closed beside this one
   */
  public Tensor to(ScalarType wanted) {
    return engine.tensors().cast(this, wanted.code());
  }

  /**
   * The numbers as float32 on the Java heap.
   *
   * @throws ArithmeticException if they do not fit into one array
   */
  public FloatTensor toFloatTensor() {
    int[] shape = Arrays.stream(shape()).mapToInt(Math::toIntExact).toArray();
    return FloatTensor.wrap(toFloats(), shape);
  }

  /**
   * The numbers as float32, last axis fastest.
   *
   * @throws ArithmeticException if they do not fit into one array
   */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(size())];
    int copied = 0;
    // A direct view of a tensor's memory is limited to 2 GiB, an array of floats to four times
    // that.
    int most = 1 << 28;
    try (Tensor flat = engine.tensors().flatFloats(this)) {
      while (copied < values.length) {
        int part = Math.min(most, values.length - copied);
        try (Tensor slice = engine.tensors().slice(flat, 0, copied, copied + (long) part)) {
          slice.bytes().asFloatBuffer().get(values, copied, part);
        }
        copied += part;
      }
    }
    return values;
  }

  /**
   * The elements of an int64 tensor, last axis fastest.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public long[] toLongs() {
    requireType(ScalarType.INT64);
    long[] values = new long[Math.toIntExact(size())];
    try (Tensor contiguous = engine.tensors().contiguousOnHost(this)) {
      contiguous.bytes().asLongBuffer().get(values);
    }
    return values;
  }

  /**
   * The elements of a uint8 tensor, last axis fastest.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public byte[] toBytes() {
    requireType(ScalarType.UINT8);
    byte[] values = new byte[Math.toIntExact(size())];
    try (Tensor contiguous = engine.tensors().contiguousOnHost(this)) {
      contiguous.bytes().get(values);
    }
    return values;
  }

  /** The single number of a tensor with one element. */
  public float item() {
    float[] values = toFloats();
    if (values.length != 1) {
      throw new IllegalStateException("a tensor of " + values.length + " numbers is no single one");
    }
    return values[0];
  }

  /**
   * This tensor as DJL's array, for stages that callers wrote. Shares its memory and its life: the
   * array is closed with the tensor and must not be closed by its receiver.
   *
   * @throws IllegalStateException if DJL does not have the element type; handing such an array out
   *     would end the JVM at the receiver's first call that passes the type along
   */
  public NDArray ndArray() {
    if (!type().isKnownToDjl()) {
      throw new IllegalStateException(
          "a tensor of type %s cannot leave as an NDArray, since DJL does not know the type; convert it with to(FLOAT32)"
              .formatted(type()));
    }
    return handle();
  }

  /**
   * Gives this tensor up as DJL's array, which then belongs to the receiver.
   *
   * @throws IllegalStateException if DJL does not have the element type
   */
  public NDArray releaseNdArray() {
    NDArray released = ndArray();
    if (open.compareAndSet(true, false)) {
      engine.census().closed();
    }
    return released;
  }

  /**
   * Gives this tensor up as DJL's array, which then belongs to a manager.
   *
   * @throws IllegalStateException if DJL does not have the element type; or if the manager is
   *     closed, and then this tensor is too
   */
  public NDArray releaseNdArray(NDManager manager) {
    releaseNdArray();
    return moved(array, manager);
  }

  /**
   * Moves an array to a manager, or closes it: an array that a closed manager refused has none that
   * would close it.
   */
  static PtNDArray moved(PtNDArray array, NDManager manager) {
    boolean whole = false;
    try {
      array.attach(manager);
      whole = true;
      return array;
    } finally {
      if (!whole) {
        array.close();
      }
    }
  }

  /** Whether {@link #close()} has not been called. */
  public boolean isOpen() {
    return open.get();
  }

  /** Gives up this owner's hold on the memory. Closing twice does nothing. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      array.close();
      engine.census().closed();
    }
  }

  /** The raw array, for this package only. */
  PtNDArray handle() {
    if (!open.get()) {
      throw new IllegalStateException("the tensor is closed");
    }
    return array;
  }

  /** A view of the memory of a contiguous tensor on the host; valid while this tensor is open. */
  private ByteBuffer bytes() {
    return handle().toByteBuffer(true);
  }

  private void requireType(ScalarType wanted) {
    if (type() != wanted) {
      throw new IllegalStateException("a tensor of type " + wanted + " is needed, got " + this);
    }
  }

  @Override
  public String toString() {
    return open.get() ? "Tensor " + type() + " " + Arrays.toString(shape()) : "closed Tensor";
  }
}
