package io.github.hunyuanvideo.api;

/** Where the initial noise is drawn. A seed gives the same noise only on the same source. */
public enum NoiseSource {
  /**
   * PyTorch's generator of the CPU: the same seed gives the same video on every machine and device.
   */
  CPU,
  /** The generator of the device that computes, as the official program does on its GPU. */
  DEVICE
}
