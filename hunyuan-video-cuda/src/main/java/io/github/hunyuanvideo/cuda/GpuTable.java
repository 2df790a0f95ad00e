package io.github.hunyuanvideo.cuda;

import com.google.common.base.Splitter;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer of {@code nvidia-smi} to {@link #QUERY}: a line for each GPU, values separated by
 * commas. Anything else is refused.
 *
 * @param driver the driver's version, which every line repeats; empty if there is no line
 * @param gpus in the driver's order
 */
record GpuTable(Optional<DriverVersion> driver, List<Gpu> gpus) {

  /** What to ask for; the order is that of the values. */
  static final List<String> QUERY =
      List.of(
          "--query-gpu=index,uuid,name,compute_cap,memory.total,memory.free,driver_version,mig.mode.current",
          "--format=csv,noheader,nounits");

  private static final int COLUMNS = 8;
  private static final int MOST_GPUS = 256;

  /** What drivers before 535 print, and later ones too, but as a failure. */
  private static final String NONE = "No devices were found";

  /** What stands in a place where the driver cannot or may not say the value. */
  private static final Pattern UNKNOWN =
      Pattern.compile("\\[[A-Za-z/ ]{2,40}\\]|ERR!", Pattern.CASE_INSENSITIVE);

  private static final Pattern INDEX = Pattern.compile("\\d{1,3}");
  private static final Pattern UUID = Pattern.compile("GPU-[0-9a-fA-F-]{8,36}");
  private static final Pattern NAME = Pattern.compile("[\\p{Graph} ]{1,100}");
  private static final Pattern CAPABILITY = Pattern.compile("(\\d{1,2})\\.(\\d)");
  private static final Pattern MEBIBYTES = Pattern.compile("\\d{1,9}");

  /** Keeps a copy of the list. */
  GpuTable {
    gpus = List.copyOf(gpus);
  }

  /** Reads the answer. */
  static GpuTable parse(String text) throws MalformedDataException {
    List<Gpu> gpus = new ArrayList<>();
    Set<Integer> indices = new HashSet<>();
    Optional<DriverVersion> driver = Optional.empty();
    for (String line : Splitter.onPattern("\r?\n").split(text)) {
      if (line.isBlank() || line.strip().equals(NONE)) {
        continue;
      }
      List<String> values = Splitter.on(',').trimResults().splitToList(line);
      if (values.size() != COLUMNS || gpus.size() == MOST_GPUS) {
        throw malformed("%d values in a line".formatted(COLUMNS), line);
      }
      Gpu gpu = gpu(values);
      if (!indices.add(gpu.index())) {
        throw malformed("each GPU once", line);
      }
      gpus.add(gpu);
      driver = Optional.of(DriverVersion.parse(values.get(6)));
    }
    return new GpuTable(driver, gpus);
  }

  private static Gpu gpu(List<String> values) throws MalformedDataException {
    return new Gpu(
        Integer.parseInt(require(INDEX, "an index", values.get(0))),
        require(UUID, "a UUID", values.get(1)),
        require(NAME, "a name", values.get(2)),
        capability(values.get(3)),
        memory(values.get(4), values.get(5)),
        values.get(7).equals("Enabled"),
        List.of());
  }

  private static Optional<ComputeCapability> capability(String text) throws MalformedDataException {
    if (isUnknown(text)) {
      return Optional.empty();
    }
    Matcher matcher = CAPABILITY.matcher(text);
    if (!matcher.matches()) {
      throw malformed("a compute capability such as 9.0", text);
    }
    return Optional.of(
        new ComputeCapability(
            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
  }

  private static Optional<CudaMemory> memory(String total, String free)
      throws MalformedDataException {
    if (isUnknown(total) || isUnknown(free)) {
      return Optional.empty();
    }
    long totalBytes = mebibytes(total);
    long freeBytes = mebibytes(free);
    if (freeBytes > totalBytes) {
      throw malformed("at most %s MiB of free memory".formatted(total), free);
    }
    return Optional.of(new CudaMemory(totalBytes, freeBytes));
  }

  private static long mebibytes(String text) throws MalformedDataException {
    return Long.parseLong(require(MEBIBYTES, "a number of MiB", text)) << 20;
  }

  private static boolean isUnknown(String text) {
    return UNKNOWN.matcher(text).matches();
  }

  private static String require(Pattern pattern, String what, String text)
      throws MalformedDataException {
    if (!pattern.matcher(text).matches()) {
      throw malformed(what, text);
    }
    return text;
  }

  private static MalformedDataException malformed(String expected, String found) {
    return new MalformedDataException(
        "expected %s, got \"%s\"".formatted(expected, Excerpt.of(found)));
  }
}
