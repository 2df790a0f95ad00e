package io.github.hunyuanvideo.api;

/**
 * A generation was cancelled, by {@link Generation#cancel()} or by interrupting the thread that
 * waited for it.
 */
public final class GenerationCancelledException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public GenerationCancelledException() {
    super("the generation was cancelled");
  }
}
