package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.core.torch.NativeLibraries;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The PyTorch natives that DJL would load, and whether they are for CUDA.
 *
 * @param found empty if there are none
 * @param trouble why there are none
 */
record CudaNatives(Optional<NativeLibraries> found, String trouble) {

  /** Looks for natives. Never throws. */
  static CudaNatives find(Supplier<NativeLibraries> finder) {
    try {
      return new CudaNatives(Optional.of(finder.get()), "");
    } catch (HunyuanVideoException e) {
      return new CudaNatives(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  /** The CUDA that they were built for; empty if they are for the CPU, or there are none. */
  Optional<CudaVersion> cuda() {
    return found.map(NativeLibraries::flavour).flatMap(CudaVersion::ofFlavour);
  }

  /** The folder that they lie in; empty if they are for the CPU, in a jar, or there are none. */
  Optional<Path> cudaFolder() {
    return cuda().isPresent()
        ? found.filter(NativeLibraries::isFolder).map(natives -> Path.of(natives.origin()))
        : Optional.empty();
  }

  /** What there is to say of them. */
  List<Finding> findings() {
    if (found.isEmpty()) {
      return List.of(Finding.obstacle(trouble));
    }
    NativeLibraries natives = found.get();
    return List.of(
        cuda()
            .map(
                version ->
                    Finding.fact(
                        "The PyTorch natives are %s for CUDA %s, from %s."
                            .formatted(natives.version(), version, natives.origin())))
            .orElseGet(() -> ofCpu(natives)));
  }

  private static Finding ofCpu(NativeLibraries natives) {
    String version = natives.version().replaceFirst("-.*", "");
    return Finding.obstacle(
        "The PyTorch natives (%s, from %s) are for the CPU. Set %s to the folder of the libraries of libtorch %s for CUDA 12.8 (https://pytorch.org/get-started/locally, LibTorch for C++) and %s to cu128, each as an environment variable or a system property%s."
            .formatted(
                natives.version(),
                natives.origin(),
                NativeLibraries.LIBRARY_PATH,
                version,
                NativeLibraries.FLAVOUR,
                jar(natives.platform(), version)));
  }

  /**
   * DJL has such a jar for two platforms, and takes it only if it sees a GPU through the runtime.
   */
  private static String jar(String platform, String version) {
    return List.of("linux-x86_64", "win-x86_64").contains(platform)
        ? "; or, if CUDA's runtime (cudart) is on the library path, add ai.djl.pytorch:pytorch-native-cu128:%s:%s to your pom.xml"
            .formatted(version, platform)
        : "";
  }
}
