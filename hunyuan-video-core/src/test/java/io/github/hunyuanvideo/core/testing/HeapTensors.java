package io.github.hunyuanvideo.core.testing;

import com.google.common.hash.Hashing;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of stored tensors as Java arrays, last axis fastest, read without the engine. The
 * decoding of the small floating-point types is written from their definitions, so that it can
 * serve as a reference.
 */
public final class HeapTensors {

  private HeapTensors() {}

  /** The elements' bytes, little-endian. */
  public static byte[] bytes(StoredTensor tensor) {
    int width = tensor.type().bytes();
    int size = Math.toIntExact(tensor.size());
    byte[] bytes = new byte[size * width];
    if (size == 0) {
      return bytes;
    }
    byte[] span = span(tensor, width);
    long[] shape = tensor.shape();
    long[] strides = tensor.strides();
    long[] index = new long[shape.length];
    for (int element = 0; element < size; element++) {
      long from = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        from += index[axis] * strides[axis];
      }
      System.arraycopy(span, Math.toIntExact(from * width), bytes, element * width, width);
      advance(index, shape);
    }
    return bytes;
  }

  /** The values of a tensor of any type, as numbers; integers beyond 2^53 are rounded. */
  public static double[] doubles(StoredTensor tensor) {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(tensor)).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[Math.toIntExact(tensor.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = decode(tensor.type(), bytes);
    }
    return values;
  }

  /** The values of a tensor of any type but FLOAT64 and INT64, which need not fit. */
  public static float[] floats(StoredTensor tensor) {
    double[] doubles = doubles(tensor);
    float[] values = new float[doubles.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) doubles[i];
    }
    return values;
  }

  /** The values of a tensor of 64-bit integers. */
  public static long[] longs(StoredTensor tensor) {
    if (tensor.type() != ScalarType.INT64) {
      throw new IllegalArgumentException(tensor + " has no 64-bit integers");
    }
    long[] values = new long[Math.toIntExact(tensor.size())];
    ByteBuffer.wrap(bytes(tensor)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
    return values;
  }

  /** What two sources must have in common to hold the same tensors: types, shapes, values. */
  public static Map<String, String> contents(TensorSource source) {
    Map<String, String> contents = new TreeMap<>();
    source.tensors().forEach((name, tensor) -> contents.put(name, content(tensor)));
    return contents;
  }

  private static String content(StoredTensor tensor) {
    return "%s %s %s"
        .formatted(
            tensor.type(),
            Arrays.toString(tensor.shape()),
            Hashing.sha256().hashBytes(bytes(tensor)));
  }

  private static byte[] span(StoredTensor tensor, int width) {
    long last = 0;
    for (int axis = 0; axis < tensor.shape().length; axis++) {
      last += (tensor.shape()[axis] - 1) * tensor.strides()[axis];
    }
    ByteBuffer span = ByteBuffer.allocate(Math.toIntExact((last + 1) * width));
    try (FileChannel channel = FileChannel.open(tensor.file().path(), StandardOpenOption.READ)) {
      while (span.hasRemaining()) {
        if (channel.read(span, tensor.offset() + span.position()) < 0) {
          throw new AssertionError(tensor + " reaches beyond its file");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return span.array();
  }

  private static void advance(long[] index, long[] shape) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  private static double decode(ScalarType type, ByteBuffer bytes) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedInt(bytes.get());
      case INT8, BOOL -> bytes.get();
      case INT16 -> bytes.getShort();
      case INT32 -> bytes.getInt();
      case INT64 -> bytes.getLong();
      case FLOAT16 -> small(bytes.getShort(), 5, 10, true);
      case FLOAT32 -> bytes.getFloat();
      case FLOAT64 -> bytes.getDouble();
      case BFLOAT16 -> small(bytes.getShort(), 8, 7, true);
      case FLOAT8_E5M2 -> small(bytes.get(), 5, 2, true);
      case FLOAT8_E4M3FN -> small(bytes.get(), 4, 3, false);
    };
  }

  /**
   * A floating-point number of at most 16 bits.
   *
   * @param bits sign, exponent, fraction
   * @param infinite whether the largest exponent means infinities and NaN, as IEEE 754 has it;
   *     otherwise only the largest exponent with the largest fraction is NaN, and nothing infinite
   */
  private static double small(int bits, int exponentBits, int fractionBits, boolean infinite) {
    int largest = (1 << exponentBits) - 1;
    int bias = largest >> 1;
    int exponent = bits >> fractionBits & largest;
    int fraction = bits & (1 << fractionBits) - 1;
    double sign = (bits >> (exponentBits + fractionBits) & 1) == 0 ? 1 : -1;
    if (exponent == largest && infinite) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (exponent == largest && fraction == (1 << fractionBits) - 1) {
      return Double.NaN;
    }
    double scaled = Math.scalb((double) fraction, -fractionBits);
    return exponent == 0
        ? sign * Math.scalb(scaled, 1 - bias)
        : sign * Math.scalb(1 + scaled, exponent - bias);
  }
}
