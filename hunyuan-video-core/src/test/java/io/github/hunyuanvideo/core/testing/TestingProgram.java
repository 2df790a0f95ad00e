package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;

/** What tests ask of tensors, and no model does. */
@ProgramSource("testing")
public interface TestingProgram {

  /** The same numbers in another shape; shares memory where that is possible. */
  Tensor reshape(Tensor x, long[] shape);

  /** A view with two axes exchanged. */
  Tensor transpose(Tensor x, int one, int other);

  /** The parts of complex numbers as a new last axis of length 2. */
  Tensor realAndImaginary(Tensor x);

  /** Rows of a table {@code (rows, width)} by index {@code (n)}, int64: {@code (n, width)}. */
  Tensor rows(Tensor table, Tensor index);

  /** Float32 numbers in [0, 1) of a generator of the CPU that was seeded for this call. */
  Tensor uniform(long[] shape, long seed);
}
