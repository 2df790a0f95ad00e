package io.github.hunyuanvideo.cuda;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU's memory at one moment, of all programs together. What PyTorch has freed but keeps for
 * itself counts as used.
 *
 * @param total bytes
 * @param free bytes
 */
public record CudaMemory(long total, long free) {

  private static final Logger log = LoggerFactory.getLogger(CudaMemory.class);

  private static final double GIBIBYTE = 1L << 30;

  /** Checks the numbers. */
  public CudaMemory {
    if (free < 0 || free > total) {
      throw new IllegalArgumentException(
          "free memory must be between 0 and the total of %d bytes, got %d".formatted(total, free));
    }
  }

  /**
   * Reads it now: from CUDA's runtime, or where that is not found from {@code nvidia-smi}. CUDA's
   * runtime takes some hundred MB of the GPU for each program that asks it, so this is for programs
   * that compute there anyway; {@link CudaBackend#inspect()} tells it without.
   *
   * @throws IllegalArgumentException if the device is no GPU
   * @throws NativeLibraryException if it cannot be read; the message says why
   */
  public static CudaMemory of(ComputeDevice device) {
    if (device.kind() != ComputeDevice.Kind.CUDA) {
      throw new IllegalArgumentException(
          "the memory of a GPU was asked for, got %s; use cuda:N".formatted(device));
    }
    try {
      MemoryUsage usage = CudaUtils.getGpuMemory(Device.gpu(device.index()));
      return new CudaMemory(usage.getMax(), usage.getMax() - usage.getUsed());
    } catch (EngineException | IllegalStateException | IllegalArgumentException | LinkageError e) {
      log.debug("CUDA's runtime does not tell the memory of {}; asking the driver", device, e);
      return ofDriver(device, e);
    }
  }

  private static CudaMemory ofDriver(ComputeDevice device, Throwable cause) {
    return VisibleGpus.of(
            Host.thisOne(), NvidiaDriver.find(Host.thisOne()).gpus().orElse(List.of()))
        .at(device.index())
        .flatMap(visible -> visible.gpu().memory())
        .orElseThrow(
            () ->
                new NativeLibraryException(
                    "The memory of %s cannot be read: CUDA's runtime says \"%s\", and nvidia-smi does not tell it either. Install or repair the NVIDIA driver"
                        .formatted(device, cause.getMessage()),
                    cause));
  }

  /** Bytes that are in use. */
  public long used() {
    return total - free;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.1f GiB, %.1f GiB of it free", total / GIBIBYTE, free / GIBIBYTE);
  }
}
