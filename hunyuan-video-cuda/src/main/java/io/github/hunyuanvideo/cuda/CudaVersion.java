package io.github.hunyuanvideo.cuda;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of CUDA, of which the last part does not matter here. */
record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {

  private static final Pattern FLAVOUR = Pattern.compile("cu(\\d{2})(\\d)(?:-.*)?");

  /** What {@code nvidia-smi} prints above its table, and with {@code -q} in a line of its own. */
  private static final Pattern OF_DRIVER =
      Pattern.compile("\\bCUDA Version\\s*: (\\d{1,2})\\.(\\d{1,2})\\b");

  /** The version that natives of a flavour were built for; empty if they are not for CUDA. */
  static Optional<CudaVersion> ofFlavour(String flavour) {
    return find(FLAVOUR.matcher(flavour), flavour.startsWith("cu"));
  }

  /**
   * The latest version that a driver supports, from what {@code nvidia-smi} prints; empty if it
   * prints none, as it does where the driver's library for CUDA is missing.
   */
  static Optional<CudaVersion> ofDriver(String printed) {
    return find(OF_DRIVER.matcher(printed), true);
  }

  private static Optional<CudaVersion> find(Matcher matcher, boolean wanted) {
    return wanted && matcher.find()
        ? Optional.of(
            new CudaVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(CudaVersion other) {
    return Comparator.comparingInt(CudaVersion::major)
        .thenComparingInt(CudaVersion::minor)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
