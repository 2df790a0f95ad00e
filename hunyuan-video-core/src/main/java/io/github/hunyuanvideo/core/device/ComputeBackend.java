package io.github.hunyuanvideo.core.device;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Brings a kind of device. Found by {@link ServiceLoader}; the module {@code hunyuan-video-cuda}
 * has the one for NVIDIA GPUs.
 */
public interface ComputeBackend {

  /** The kind of device that this backend brings. */
  ComputeDevice.Kind kind();

  /** What it finds on this machine. Never throws, and loads nothing. */
  Report inspect();

  /**
   * Makes sure that a device can be computed on, before PyTorch is started.
   *
   * @throws NativeLibraryException if it cannot; the message says what is missing
   */
  void require(ComputeDevice device);

  /**
   * The memory of one of its devices now.
   *
   * @return empty if it cannot be read
   */
  default Optional<DeviceMemory> memory(ComputeDevice device) {
    return Optional.empty();
  }

  /**
   * What a backend finds.
   *
   * @param usable whether a device can be computed on
   * @param findings one sentence each, for people
   */
  record Report(boolean usable, List<String> findings) {

    /** Keeps a copy of the list. */
    public Report {
      findings = List.copyOf(findings);
    }
  }

  /** All backends on the class path. */
  static List<ComputeBackend> all() {
    return ServiceLoader.load(ComputeBackend.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * Makes sure that a device can be computed on. The CPU always can; there is never a silent step
   * back to it.
   *
   * @throws NativeLibraryException if the device's backend is not on the class path, or cannot
   *     compute
   */
  static void requireFor(ComputeDevice device) {
    if (device.isGpu()) {
      of(device)
          .orElseThrow(
              () ->
                  new NativeLibraryException(
                      "%s was asked for, but the module for it is not on the class path; add io.github.hunyuanvideo:hunyuan-video-cuda to your pom.xml"
                          .formatted(device)))
          .require(device);
    }
  }

  /**
   * The memory of a device beside the CPU now.
   *
   * @return empty if it cannot be read, or the device's backend is not on the class path
   */
  static Optional<DeviceMemory> memoryOf(ComputeDevice device) {
    return of(device).flatMap(backend -> backend.memory(device));
  }

  private static Optional<ComputeBackend> of(ComputeDevice device) {
    return all().stream().filter(backend -> backend.kind() == device.kind()).findFirst();
  }
}
