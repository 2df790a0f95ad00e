package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.device.DeviceMemory;
import io.github.hunyuanvideo.core.device.HostMemory;
import org.jspecify.annotations.Nullable;

/**
 * The memory that weights have at one moment.
 *
 * @param device what is computed on
 * @param host memory of the machine, where files are mapped
 * @param gpu the device's own memory; null for the CPU, and where it cannot be read
 */
record Room(ComputeDevice device, HostMemory host, @Nullable DeviceMemory gpu) {

  static Room now(ComputeDevice device) {
    return new Room(
        device,
        HostMemory.read(),
        device.isGpu() ? ComputeBackend.memoryOf(device).orElse(null) : null);
  }

  /** Whether copies of weights do not fit where they are computed with; false if nobody knows. */
  boolean isShorterThan(long copies) {
    if (device.isGpu()) {
      return gpu != null && copies > gpu.available();
    }
    return copies > host.available();
  }
}
