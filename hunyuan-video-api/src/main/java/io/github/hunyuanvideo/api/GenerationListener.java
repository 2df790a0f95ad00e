package io.github.hunyuanvideo.api;

/**
 * Is told how a generation goes on. Runs on the thread that generates, which waits for it; what it
 * throws ends the generation.
 *
 * <pre>{@code
 * pipeline.submit(request, p -> log.info("{} {}/{}, {} left", p.stage(), p.step(), p.steps(), p.remaining()));
 * }</pre>
 */
@FunctionalInterface
public interface GenerationListener {

  /**
   * Called when a stage starts, after each of its steps, and when it ends.
   *
   * @param progress where the generation stands
   */
  void onProgress(Progress progress);

  /**
   * A listener that does nothing.
   *
   * @return it
   */
  static GenerationListener none() {
    return progress -> {};
  }
}
