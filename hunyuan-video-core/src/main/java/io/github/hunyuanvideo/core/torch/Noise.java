package io.github.hunyuanvideo.core.torch;

import io.github.hunyuanvideo.api.ComputeDevice;

/**
 * Random numbers exactly as PyTorch draws them. On the CPU every call has a generator of its own,
 * so nothing is shared and no seed is global. On a GPU there is only PyTorch's default generator:
 * it is seeded for each call, and the defaults of the CPU and of other GPUs with it, so that an
 * application that draws from those finds them seeded anew.
 */
public final class Noise {

  /** Seeding the default generators and drawing from one must not be parted by another draw. */
  private static final Object DEFAULT_GENERATORS = new Object();

  private final TorchEngine engine;

  Noise(TorchEngine engine) {
    this.engine = engine;
  }

  /**
   * Normal random numbers as {@code torch.randn} draws them on the CPU, whatever device the engine
   * computes on.
   *
   * @param shape the shape
   * @param seed any number; as in PyTorch, the CPU's generator looks at its lowest 32 bits only
   * @param type what the numbers are rounded to
   */
  public Tensor normal(long[] shape, long seed, ScalarType type) {
    return normal(shape, seed, type, ComputeDevice.cpu());
  }

  /**
   * Normal random numbers as {@code torch.randn} draws them on a device after {@code
   * torch.manual_seed}. They lie on that device.
   *
   * <p>Drawn in float32 and rounded. That is what GPUs give for narrower types, and the CPU in the
   * PyTorch that made the golden data; the CPU generator of 2.7 has other streams for them.
   *
   * @param shape the shape
   * @param seed any number
   * @param type what the numbers are rounded to
   * @param source whose generator is taken
   */
  public Tensor normal(long[] shape, long seed, ScalarType type, ComputeDevice source) {
    try (Tensor drawn = drawn(shape, seed, source)) {
      return drawn.to(type);
    }
  }

  private Tensor drawn(long[] shape, long seed, ComputeDevice source) {
    int type = ScalarType.FLOAT32.code();
    if (!source.isGpu()) {
      return engine.tensors().normal(shape, seed, type, source.toString());
    }
    synchronized (DEFAULT_GENERATORS) {
      return engine.tensors().normal(shape, seed, type, source.toString());
    }
  }
}
