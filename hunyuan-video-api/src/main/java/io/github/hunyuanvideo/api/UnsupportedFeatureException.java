package io.github.hunyuanvideo.api;

/** What was asked for exists in the official program but not yet in this version of the library. */
public final class UnsupportedFeatureException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the feature, and what can be used instead
   */
  public UnsupportedFeatureException(String message) {
    super(message);
  }
}
