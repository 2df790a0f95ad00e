package io.github.hunyuanvideo.core.torch;

import java.util.List;

/**
 * Functions on tensors that no model has for its own. Types are numbers of {@link
 * ScalarType#code()}, devices are written as in {@link
 * io.github.hunyuanvideo.api.ComputeDevice#toString()}.
 */
@ProgramSource("tensors")
public interface TensorProgram {

  /** The number of a tensor's element type. */
  int scalarType(Tensor x);

  /** The numbers in another type; shares memory if the type is the same. */
  Tensor cast(Tensor x, int type);

  /** New memory with the same content on a device. */
  Tensor copy(Tensor x, String device);

  /**
   * The same content on a device, in a type, without gaps; shares memory if all of that holds
   * already.
   */
  Tensor place(Tensor x, String device, int type);

  /** All numbers in a row, as float32 on the host. */
  Tensor flatFloats(Tensor x);

  /** The same content on the host, without gaps. */
  Tensor contiguousOnHost(Tensor x);

  /** A view of the entries from {@code start} to before {@code end} on an axis. */
  Tensor slice(Tensor x, int axis, long start, long end);

  /** Tensors one after the other on an axis. */
  Tensor concatenate(List<Tensor> parts, int axis);

  /**
   * A whole file as one flat tensor of a type, mapped privately: nothing is read before it is used,
   * nothing is ever written.
   */
  Tensor mapFile(String path, long elements, int type);

  /** A view of a flat tensor: shape, strides and offset in elements. */
  Tensor strided(Tensor flat, long[] shape, long[] strides, long offset);

  /** A copy of flat bytes, read as elements of another type. */
  Tensor reinterpret(Tensor bytes, int type);

  /**
   * Normal random numbers of a generator that was seeded for this call; see {@link Noise}. The
   * generator's stream depends on the device and, for fewer than 16 numbers, on the type.
   */
  Tensor normal(long[] shape, long seed, int type, String device);
}
