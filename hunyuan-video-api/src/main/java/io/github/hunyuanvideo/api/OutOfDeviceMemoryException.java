package io.github.hunyuanvideo.api;

import org.jspecify.annotations.Nullable;

/**
 * A device, the CPU with the machine's memory included, had less free memory than a computation
 * needs. The message says how much was asked for and what needs less. What the computation held is
 * released, so the same call can succeed once others on the device have released theirs.
 */
public final class OutOfDeviceMemoryException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param device where memory was short
   * @param problem what failed and what the engine says about it
   * @param cause what led to it, or null
   */
  public OutOfDeviceMemoryException(
      ComputeDevice device, String problem, @Nullable Throwable cause) {
    super(
        "%s; there is too little free memory on %s. Wait until other programs have released theirs, or ask for less: a smaller size, fewer frames, VAE tiling, OffloadMode.MODEL, a precision of 16 bits"
            .formatted(problem, device),
        cause);
  }

  /**
   * Memory that others hold now may be free later.
   *
   * @return true
   */
  @Override
  public boolean retryable() {
    return true;
  }
}
