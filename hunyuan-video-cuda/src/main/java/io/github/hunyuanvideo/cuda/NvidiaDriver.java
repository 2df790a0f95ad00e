package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.core.files.Excerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * NVIDIA's driver and the GPUs that it drives, as far as that can be found out without loading
 * anything: from the kernel module's files on Linux, and by asking {@code nvidia-smi}.
 *
 * @param version empty if there is no driver
 * @param cuda the latest CUDA that it supports, if it says so
 * @param gpus in the driver's order; empty if it is not known which there are
 * @param troubles what went wrong while looking, in sentences
 */
record NvidiaDriver(
    Optional<DriverVersion> version,
    Optional<CudaVersion> cuda,
    Optional<List<Gpu>> gpus,
    List<String> troubles) {

  private static final String VERSION_FILE = "/proc/driver/nvidia/version";
  private static final String GPU_FOLDER = "/proc/driver/nvidia/gpus";
  private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s+(\\S.{0,99}?)\\s*$");
  private static final Pattern GPU_UUID =
      Pattern.compile("(?m)^GPU UUID:\\s+(GPU-[0-9a-f-]+)\\s*$");

  /** Keeps copies of the lists. */
  NvidiaDriver {
    gpus = gpus.map(List::copyOf);
    troubles = List.copyOf(troubles);
  }

  /** Looks for the driver. Never throws. */
  static NvidiaDriver find(Host host) {
    List<String> troubles = new ArrayList<>();
    Optional<DriverVersion> ofModule = kernelModule(host, troubles);
    Optional<Path> program = host.program("nvidia-smi", "/usr/lib/wsl/lib");
    if (program.isEmpty()) {
      if (ofModule.isPresent()) {
        troubles.add("nvidia-smi is not on the PATH, so that less is known of the GPUs.");
      }
      return new NvidiaDriver(ofModule, Optional.empty(), kernelGpus(host), troubles);
    }
    return asked(new Smi(host, program.get(), troubles), ofModule, kernelGpus(host));
  }

  private static NvidiaDriver asked(
      Smi smi, Optional<DriverVersion> ofModule, Optional<List<Gpu>> ofKernel) {
    Optional<GpuTable> table = smi.ask(GpuTable.QUERY, GpuTable::parse);
    Optional<CudaVersion> cuda =
        table.isPresent()
            ? smi.ask(List.of(), CudaVersion::ofDriver).flatMap(version -> version)
            : Optional.empty();
    Optional<List<Gpu>> gpus =
        table.map(GpuTable::gpus).map(found -> withInstances(found, smi)).or(() -> ofKernel);
    return new NvidiaDriver(
        table.flatMap(GpuTable::driver).or(() -> ofModule), cuda, gpus, smi.troubles());
  }

  private static List<Gpu> withInstances(List<Gpu> gpus, Smi smi) {
    if (gpus.stream().noneMatch(Gpu::divided)) {
      return gpus;
    }
    Optional<MigListing> listing = smi.ask(List.of("-L"), MigListing::parse);
    return gpus.stream()
        .map(gpu -> gpu.with(listing.map(l -> l.of(gpu.index())).orElse(List.of())))
        .toList();
  }

  /** Asks {@code nvidia-smi}, and notes what went wrong. */
  private record Smi(Host host, Path program, List<String> troubles) {

    /** Reads an answer. */
    interface Reader<T> {
      T read(String text) throws MalformedDataException;
    }

    <T> Optional<T> ask(List<String> arguments, Reader<T> reader) {
      List<String> command = new ArrayList<>();
      command.add(program.toString());
      command.addAll(arguments);
      Commands.Answer answer = host.commands().run(command);
      if (!answer.ok()) {
        troubles.add("%s %s.".formatted(String.join(" ", command), answer.text()));
        return Optional.empty();
      }
      try {
        return Optional.of(reader.read(answer.text()));
      } catch (MalformedDataException e) {
        troubles.add(
            "%s gave an unknown answer: %s.".formatted(String.join(" ", command), e.getMessage()));
        return Optional.empty();
      }
    }
  }

  private static Optional<DriverVersion> kernelModule(Host host, List<String> troubles) {
    Optional<String> text = host.read(host.file(VERSION_FILE));
    try {
      return text.isPresent()
          ? Optional.of(DriverVersion.ofKernelModule(text.get()))
          : Optional.empty();
    } catch (MalformedDataException e) {
      troubles.add("%s is unknown: %s.".formatted(VERSION_FILE, e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<List<Gpu>> kernelGpus(Host host) {
    List<Gpu> gpus = new ArrayList<>();
    try (Stream<Path> folders = Files.list(host.file(GPU_FOLDER))) {
      folders
          .sorted()
          .flatMap(folder -> host.read(folder.resolve("information")).stream())
          .forEach(text -> gpus.add(kernelGpu(gpus.size(), text)));
    } catch (IOException e) {
      return Optional.empty(); // not Linux, or no driver
    }
    return Optional.of(gpus);
  }

  private static Gpu kernelGpu(int index, String text) {
    Matcher model = MODEL.matcher(text);
    Matcher uuid = GPU_UUID.matcher(text);
    return new Gpu(
        index,
        uuid.find() ? uuid.group(1) : "",
        model.find() ? Excerpt.of(model.group(1)) : "NVIDIA GPU",
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  /** What there is to say of the driver; the GPUs speak for themselves. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    troubles.forEach(trouble -> findings.add(Finding.warning(trouble)));
    if (version.isEmpty()) {
      findings.add(
          Finding.obstacle(
              "There is no NVIDIA driver that works on this machine (looked for %s and for nvidia-smi on the PATH). Install NVIDIA's driver, %s or newer (https://www.nvidia.com/drivers); a container must be started with its GPUs, for example by docker run --gpus all."
                  .formatted(
                      VERSION_FILE,
                      DriverVersion.oldestFor(new CudaVersion(12, 8)).orElseThrow())));
    } else {
      findings.add(
          Finding.fact(
              "The NVIDIA driver is %s%s."
                  .formatted(
                      version.get(),
                      cuda.map(v -> " and supports CUDA up to " + v)
                          .orElse("; which CUDA it supports is not known"))));
    }
    return findings;
  }

  /** Whether programs that were built for a CUDA version run; empty if that is not known. */
  Optional<Boolean> runs(CudaVersion natives) {
    return cuda.map(supported -> supported.major() >= natives.major())
        .or(
            () ->
                version.flatMap(
                    found ->
                        DriverVersion.oldestFor(natives)
                            .map(oldest -> found.compareTo(oldest) >= 0)));
  }
}
