package io.github.hunyuanvideo.api;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a stage computes.
 *
 * <pre>{@code
 * ComputeDevice.cpu();
 * ComputeDevice.cuda(0);
 * ComputeDevice.parse("cuda:1");
 * }</pre>
 *
 * @param kind the sort of device
 * @param index which of several devices of that kind, from 0; always 0 for the CPU
 */
public record ComputeDevice(Kind kind, int index) {

  private static final Pattern TEXT = Pattern.compile("(cpu|cuda)(?::(\\d{1,3}))?");

  /** The sorts of device that the library knows. */
  public enum Kind {
    /** The processor, with as many threads as PyTorch takes. */
    CPU,
    /** An NVIDIA GPU; needs the module {@code hunyuan-video-cuda} and CUDA natives. */
    CUDA
  }

  /**
   * Checks the index.
   *
   * @throws IllegalArgumentException if the index is negative, or not 0 for the CPU
   */
  public ComputeDevice {
    if (index < 0 || (kind == Kind.CPU && index != 0)) {
      throw new IllegalArgumentException(
          "device index must be 0 for the CPU and at least 0 for a GPU, got " + index);
    }
  }

  /**
   * The processor.
   *
   * @return the CPU
   */
  public static ComputeDevice cpu() {
    return new ComputeDevice(Kind.CPU, 0);
  }

  /**
   * An NVIDIA GPU.
   *
   * @param index which one, from 0, in CUDA's order
   * @return the GPU
   */
  public static ComputeDevice cuda(int index) {
    return new ComputeDevice(Kind.CUDA, index);
  }

  /**
   * Reads PyTorch's spelling.
   *
   * @param text {@code cpu}, {@code cuda} or {@code cuda:N}
   * @return the device
   * @throws IllegalArgumentException if the text is none of these
   */
  public static ComputeDevice parse(String text) {
    Matcher matcher = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("device must be cpu, cuda or cuda:N, got " + text);
    }
    int index = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    return new ComputeDevice(Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), index);
  }

  /**
   * Whether this is a GPU.
   *
   * @return true for {@link Kind#CUDA}
   */
  public boolean isGpu() {
    return kind == Kind.CUDA;
  }

  /**
   * PyTorch's spelling.
   *
   * @return {@code cpu} or {@code cuda:N}
   */
  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + index;
  }
}
