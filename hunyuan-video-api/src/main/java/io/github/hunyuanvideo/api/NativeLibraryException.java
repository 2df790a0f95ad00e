package io.github.hunyuanvideo.api;

import org.jspecify.annotations.Nullable;

/**
 * A native library is missing, does not fit, or lacks an operator or a device. The message prints
 * what to add or to change, Maven coordinates included.
 */
public final class NativeLibraryException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is missing and what to add
   */
  public NativeLibraryException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is missing and what to add
   * @param cause what led to it, or null
   */
  public NativeLibraryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
