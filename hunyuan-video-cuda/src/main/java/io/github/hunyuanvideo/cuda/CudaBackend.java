package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.device.DeviceMemory;
import io.github.hunyuanvideo.core.torch.NativeLibraries;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA GPUs. Says what is there and what is missing before anything is loaded; a pipeline calls
 * it by itself.
 *
 * <pre>{@code
 * new CudaBackend().inspect().findings().forEach(System.out::println);
 * }</pre>
 */
public final class CudaBackend implements ComputeBackend {

  private static final Logger log = LoggerFactory.getLogger(CudaBackend.class);

  private final Host host;
  private final Supplier<NativeLibraries> finder;

  /** The GPUs of this machine. */
  public CudaBackend() {
    this(Host.thisOne(), NativeLibraries::find);
  }

  /**
   * The GPUs of a machine.
   *
   * @param finder finds natives, or throws as {@link NativeLibraries#find} does
   */
  CudaBackend(Host host, Supplier<NativeLibraries> finder) {
    this.host = host;
    this.finder = finder;
  }

  @Override
  public ComputeDevice.Kind kind() {
    return ComputeDevice.Kind.CUDA;
  }

  /**
   * Reads the driver's files, asks {@code nvidia-smi}, and follows what libtorch's libraries need.
   * Takes as long as {@code nvidia-smi} does, which is seconds where no other program keeps the
   * driver awake.
   */
  @Override
  public Report inspect() {
    try {
      CudaInspection inspection = CudaInspection.of(host, finder);
      return new Report(inspection.isUsable(), inspection.findings());
    } catch (RuntimeException | LinkageError e) {
      log.warn("Looking for CUDA failed", e);
      return new Report(false, List.of("Looking for CUDA failed: " + e));
    }
  }

  /**
   * Makes sure that a GPU can be computed on.
   *
   * @throws IllegalArgumentException if the device is no GPU of NVIDIA's
   * @throws NativeLibraryException if it cannot; the message has a line for each reason, with what
   *     to do about it
   */
  @Override
  public void require(ComputeDevice device) {
    if (device.kind() != ComputeDevice.Kind.CUDA) {
      throw new IllegalArgumentException(
          "this is for NVIDIA GPUs, got %s; use cuda:N".formatted(device));
    }
    List<String> obstacles = CudaInspection.of(host, finder).obstacles(device.index());
    if (!obstacles.isEmpty()) {
      throw new NativeLibraryException(
          "%s was asked for, but cannot be computed on:%n- %s"
              .formatted(device, String.join("%n- ".formatted(), obstacles)));
    }
  }

  /**
   * The memory of a GPU now. Asks CUDA's runtime where it is found, which takes some hundred MB of
   * the GPU: a question for programs that compute there anyway.
   *
   * @return empty if it cannot be read
   * @throws IllegalArgumentException if the device is no GPU of NVIDIA's
   */
  @Override
  public Optional<DeviceMemory> memory(ComputeDevice device) {
    try {
      CudaMemory memory = CudaMemory.of(device);
      return Optional.of(new DeviceMemory(memory.total(), memory.free()));
    } catch (NativeLibraryException e) {
      log.debug("The memory of {} is not known", device, e);
      return Optional.empty();
    }
  }
}
