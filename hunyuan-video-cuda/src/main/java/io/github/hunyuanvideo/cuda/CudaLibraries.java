package io.github.hunyuanvideo.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries that a folder with libtorch for CUDA needs on Linux, and where the loader will find
 * them.
 *
 * @param folder libtorch's
 * @param closure what it needs
 */
record CudaLibraries(Path folder, LibraryClosure closure) {

  /** The driver's part for programs. CUDA's runtime opens it by name, so no library lists it. */
  private static final String DRIVER = "libcuda.so.1";

  private static final String LIBTORCH = "libtorch_cuda.so";
  private static final List<String> ROOTS =
      List.of(LIBTORCH, "libc10_cuda.so", "libcaffe2_nvrtc.so");

  private static final Predicate<String> OF_NVIDIA =
      Pattern.compile("lib(cu|nv|nccl).*").asMatchPredicate();

  private static final Pattern RUNTIME = Pattern.compile("libcudart(?:-\\w+)?\\.so\\.(\\d{1,3})");
  private static final Pattern CUBLAS = Pattern.compile("libcublas\\.so\\.([\\d.]{5,40})");

  /**
   * The README of the official program: before it, some GPUs end the process with "floating point
   * exception".
   */
  private static final int[] FIRST_GOOD_CUBLAS = {12, 4, 5, 8};

  /** Looks through the libraries of a folder and those that they need. Never throws. */
  static CudaLibraries of(Host host, Path folder) {
    List<Path> roots =
        ROOTS.stream().flatMap(name -> asLoadedByJava(folder.resolve(name))).toList();
    return new CudaLibraries(folder, LibraryClosure.of(host, folder, roots, DRIVER));
  }

  /** Java follows links before it loads, so that a library's neighbours are those of its target. */
  private static Stream<Path> asLoadedByJava(Path library) {
    try {
      return Stream.of(library.toRealPath());
    } catch (IOException e) {
      return Stream.of(); // not there
    }
  }

  /**
   * What there is to say of them.
   *
   * @param flavour the CUDA that the natives are said to be for
   * @param driver whether there is a driver, so that its library should be there
   */
  List<Finding> findings(CudaVersion flavour, boolean driver) {
    if (!Files.isRegularFile(folder.resolve(LIBTORCH))) {
      return List.of(
          Finding.obstacle(
              "The natives are said to be for CUDA %s, but there is no %s in %s. Name the folder of a libtorch for CUDA, or set PYTORCH_FLAVOR to cpu."
                  .formatted(flavour, LIBTORCH, folder)));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.fact("libtorch needs these libraries of NVIDIA's: " + places() + "."));
    otherRuntime(flavour).ifPresent(findings::add);
    cublas().ifPresent(findings::add);
    Map<String, String> missing = new TreeMap<>(closure.missing());
    if (missing.remove(DRIVER) != null && driver) {
      findings.add(
          weighed(
              "%s, the driver's library for programs, is not found. Install the whole driver; start a container with NVIDIA_DRIVER_CAPABILITIES=compute,utility."
                  .formatted(DRIVER)));
    }
    if (!missing.isEmpty()) {
      findings.add(weighed(absence(missing)));
    }
    return findings;
  }

  private Finding weighed(String text) {
    return closure.complete()
        ? Finding.obstacle(text)
        : Finding.warning(text + " (The loader could not be asked; it may be there.)");
  }

  private static String absence(Map<String, String> missing) {
    return "The loader does not find %s. Install the CUDA and the cuDNN that these natives were built for, or take a libtorch that brings them, and name their folders in LD_LIBRARY_PATH before the JVM starts."
        .formatted(
            missing.entrySet().stream()
                .map(entry -> "%s (%s needs it)".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private String places() {
    Map<String, List<String>> byFolder = new TreeMap<>();
    closure
        .found()
        .forEach(
            (name, path) -> {
              if (OF_NVIDIA.test(name)) {
                byFolder
                    .computeIfAbsent(String.valueOf(path.getParent()), key -> new ArrayList<>())
                    .add(name);
              }
            });
    return byFolder.isEmpty()
        ? "none that is found"
        : byFolder.entrySet().stream()
            .map(entry -> String.join(", ", entry.getValue()) + " in " + entry.getKey())
            .collect(Collectors.joining("; "));
  }

  private Optional<Finding> otherRuntime(CudaVersion flavour) {
    return closure.found().keySet().stream()
        .map(RUNTIME::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Integer.parseInt(matcher.group(1)))
        .filter(major -> major != flavour.major())
        .findFirst()
        .map(
            major ->
                Finding.warning(
                    "PYTORCH_FLAVOR says CUDA %s, but these natives were built for CUDA %d; set it to theirs."
                        .formatted(flavour, major)));
  }

  /** The version is only written in the name of the file that the library's usual name links to. */
  private Optional<Finding> cublas() {
    return closure.found().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("libcublas."))
        .map(entry -> CUBLAS.matcher(realName(entry.getValue())))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .map(CudaLibraries::cublas);
  }

  private static Finding cublas(String version) {
    int[] numbers =
        Arrays.stream(version.split("\\."))
            .filter(number -> number.matches("\\d{1,9}"))
            .mapToInt(Integer::parseInt)
            .toArray();
    return Arrays.compare(numbers, FIRST_GOOD_CUBLAS) < 0
        ? Finding.warning(
            "cuBLAS is %s; before 12.4.5.8 some GPUs end the process with \"floating point exception\". Install a newer one of the same CUDA."
                .formatted(version))
        : Finding.fact("cuBLAS is %s.".formatted(version));
  }

  private static String realName(Path library) {
    try {
      return Objects.requireNonNull(library.toRealPath().getFileName()).toString();
    } catch (IOException e) {
      return ""; // gone since it was found
    }
  }
}
