package io.github.hunyuanvideo.core.torch;

import io.github.hunyuanvideo.api.ComputeDevice;

/**
 * Random numbers exactly as PyTorch draws them. Every call has a generator of its own, so nothing
 * is shared and no seed is global.
 */
public final class Noise {

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
   * Normal random numbers as {@code torch.randn} draws them on a device. They lie on that device.
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
    try (Tensor drawn =
        engine.tensors().normal(shape, seed, ScalarType.FLOAT32.code(), source.toString())) {
      return drawn.to(type);
    }
  }
}
