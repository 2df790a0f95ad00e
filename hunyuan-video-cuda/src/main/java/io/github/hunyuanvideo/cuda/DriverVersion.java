package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.core.files.Excerpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of NVIDIA's driver, as it is written: {@code 570.124.06}.
 *
 * @param text two or three numbers with dots between them
 */
record DriverVersion(String text) implements Comparable<DriverVersion> {

  private static final Pattern VERSION = Pattern.compile("\\d{1,5}\\.\\d{1,5}(\\.\\d{1,5})?");

  /** The first line of {@code /proc/driver/nvidia/version}, closed and open kernel modules. */
  private static final Pattern KERNEL_MODULE =
      Pattern.compile("^NVRM version: [^\\n]*\\bKernel Module\\b[^\\n]*?  (\\S+)  ");

  /** Checks the text. */
  DriverVersion {
    if (!VERSION.matcher(text).matches()) {
      throw new IllegalArgumentException("no version of a driver: " + text);
    }
  }

  /** Reads a version. */
  static DriverVersion parse(String text) throws MalformedDataException {
    if (!VERSION.matcher(text).matches()) {
      throw new MalformedDataException(
          "expected a driver's version such as 570.124.06, got \"%s\"".formatted(Excerpt.of(text)));
    }
    return new DriverVersion(text);
  }

  /** Reads what the driver's kernel module says of itself. */
  static DriverVersion ofKernelModule(String text) throws MalformedDataException {
    Matcher matcher = KERNEL_MODULE.matcher(text);
    if (!matcher.find()) {
      throw new MalformedDataException(
          "expected a line that begins with \"NVRM version:\" and names the kernel module's version, got \"%s\""
              .formatted(Excerpt.of(text)));
    }
    return parse(matcher.group(1));
  }

  /**
   * The oldest driver for Linux that runs programs of a CUDA version, by NVIDIA's table of
   * minor-version compatibility; empty for versions that are not in it.
   */
  static Optional<DriverVersion> oldestFor(CudaVersion cuda) {
    return switch (cuda.major()) {
      case 11 -> Optional.of(new DriverVersion("450.80.02"));
      case 12 -> Optional.of(new DriverVersion("525.60.13"));
      case 13 -> Optional.of(new DriverVersion("580.65.06"));
      default -> Optional.empty();
    };
  }

  private List<Integer> numbers() {
    List<Integer> numbers =
        new ArrayList<>(Arrays.stream(text.split("\\.")).map(Integer::valueOf).toList());
    while (numbers.size() < 3) {
      numbers.add(0);
    }
    return numbers;
  }

  @Override
  public int compareTo(DriverVersion other) {
    return Arrays.compare(
        numbers().stream().mapToInt(Integer::intValue).toArray(),
        other.numbers().stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public String toString() {
    return text;
  }
}
