package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.core.torch.NativeLibraries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Everything that computing with CUDA takes, looked at once: driver, GPUs, natives, libraries, and
 * whether they fit each other. Loads nothing.
 */
final class CudaInspection {

  private final boolean supportedSystem;
  private final NvidiaDriver driver;
  private final VisibleGpus gpus;
  private final CudaNatives natives;
  private final List<Finding> findings = new ArrayList<>();

  private CudaInspection(Host host, Supplier<NativeLibraries> finder) {
    supportedSystem = host.isLinux() || host.isWindows();
    driver =
        supportedSystem
            ? NvidiaDriver.find(host)
            : new NvidiaDriver(Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    gpus = VisibleGpus.of(host, driver.gpus().orElse(List.of()));
    natives = CudaNatives.find(finder);
    if (supportedSystem) {
      findings.addAll(driver.findings());
      findings.addAll(gpus.findings());
      noGpu().ifPresent(findings::add);
    } else {
      findings.add(
          Finding.obstacle(
              "There is no CUDA for %s; use the CPU, or Linux or Windows with an NVIDIA GPU."
                  .formatted(host.system())));
    }
    findings.addAll(natives.findings());
    natives.cuda().ifPresent(cuda -> findings.addAll(ofCudaNatives(host, cuda)));
    for (int i = 0; i < gpus.devices().size(); i++) {
      tooNew(i).map(Finding::warning).ifPresent(findings::add);
    }
  }

  /** Looks at a machine. */
  static CudaInspection of(Host host, Supplier<NativeLibraries> finder) {
    return new CudaInspection(host, finder);
  }

  /** What was found, one or two sentences each. */
  List<String> findings() {
    return findings.stream().map(Finding::text).toList();
  }

  /** Whether there is a GPU that can be computed on; true also if nothing speaks against it. */
  boolean isUsable() {
    boolean anyGpu =
        driver.gpus().isEmpty()
            || IntStream.range(0, gpus.devices().size()).anyMatch(i -> obstacles(i).isEmpty());
    return anyGpu && Finding.obstacles(findings).isEmpty();
  }

  /** Why one GPU cannot be computed on, and what to do about it; nothing if it can. */
  List<String> obstacles(int index) {
    List<String> obstacles = new ArrayList<>(Finding.obstacles(findings));
    boolean known = driver.version().isPresent() && driver.gpus().isPresent();
    if (known && !gpus.devices().isEmpty() && gpus.at(index).isEmpty()) {
      obstacles.add("There is no such GPU; there is %s.".formatted(gpus.names()));
    }
    tooNew(index).ifPresent(obstacles::add);
    return obstacles;
  }

  private Optional<Finding> noGpu() {
    return driver.version().isPresent() && driver.gpus().filter(List::isEmpty).isPresent()
        ? Optional.of(
            Finding.obstacle(
                "The driver finds no GPU. See that one is built in and working; a container must be started with its GPUs, for example by docker run --gpus all."))
        : Optional.empty();
  }

  private List<Finding> ofCudaNatives(Host host, CudaVersion cuda) {
    List<Finding> found = new ArrayList<>();
    if (driver.version().isPresent() && !driver.runs(cuda).orElse(true)) {
      found.add(Finding.obstacle(olderDriver(cuda)));
    } else if (driver.cuda().filter(supported -> supported.compareTo(cuda) < 0).isPresent()) {
      found.add(
          Finding.fact(
              "The natives are for a later CUDA %d than the driver; that works, as far as they hold code for the GPU's own generation."
                  .formatted(cuda.major())));
    }
    if (natives.cudaFolder().isEmpty()) {
      found.add(
          Finding.fact("The jar with the natives brings the libraries of CUDA that it needs."));
    } else if (host.isLinux()) {
      found.addAll(
          CudaLibraries.of(host, natives.cudaFolder().get())
              .findings(cuda, driver.version().isPresent()));
    } else {
      found.add(
          Finding.fact(
              "Whether every library of CUDA is there is not looked at on this system; libtorch's own archive has them all."));
    }
    return found;
  }

  private String olderDriver(CudaVersion cuda) {
    return "The natives are for CUDA %s, the driver %s. Install %s, or take natives for an older CUDA."
        .formatted(
            cuda,
            driver.cuda().map(v -> "supports CUDA up to " + v).orElse("is too old for that"),
            DriverVersion.oldestFor(cuda)
                .map(version -> "driver " + version + " or newer")
                .orElse("a newer driver"));
  }

  /** Natives hold code for the generations that their CUDA knew. */
  private Optional<String> tooNew(int index) {
    Optional<CudaVersion> built = natives.cuda();
    if (!gpus.ordered() || built.isEmpty()) {
      return Optional.empty();
    }
    return gpus.at(index)
        .map(VisibleGpus.Device::gpu)
        .flatMap(
            gpu ->
                gpu.capability()
                    .flatMap(ComputeCapability::firstCuda)
                    .filter(first -> built.get().compareTo(first) < 0)
                    .map(
                        first ->
                            "cuda:%d (%s) is newer than the natives: it needs some for CUDA %s, they are for %s. Take a libtorch for CUDA %s or newer."
                                .formatted(index, gpu.name(), first, built.get(), first)));
  }
}
