package io.github.hunyuanvideo.api;

import org.jspecify.annotations.Nullable;

/**
 * Root of what this library throws when the world, and not an argument, is at fault: a file, a
 * native library, a device. A wrong argument is an {@link IllegalArgumentException}, a call at the
 * wrong time an {@link IllegalStateException}.
 */
public class HunyuanVideoException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, where, and what to do about it
   */
  public HunyuanVideoException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, where, and what to do about it
   * @param cause what led to it, or null
   */
  public HunyuanVideoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether the same call can succeed later without a change by the caller, as when memory was
   * short ({@link OutOfDeviceMemoryException}).
   *
   * @return false unless a subclass says otherwise
   */
  public boolean retryable() {
    return false;
  }
}
