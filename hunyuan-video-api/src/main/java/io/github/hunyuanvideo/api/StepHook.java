package io.github.hunyuanvideo.api;

import java.util.Optional;

/**
 * Called after each denoising step; may look at the latents, or replace them. Runs on the thread
 * that generates, which waits for it; what it throws ends the generation.
 *
 * <pre>{@code
 * StepHook halve = step -> step.index() == 0 ? Optional.of(half(step.latents())) : Optional.empty();
 * }</pre>
 */
@FunctionalInterface
public interface StepHook {

  /**
   * Looks at a finished step.
   *
   * @param step the step and its latents
   * @return latents of the same shape to go on with, or empty to go on with those of the step
   */
  Optional<FloatTensor> afterStep(FinishedStep step);

  /** A denoising step that has just ended. */
  interface FinishedStep {

    /**
     * Which step it was.
     *
     * @return from 0
     */
    int index();

    /**
     * How many steps there are.
     *
     * @return at least 1
     */
    int steps();

    /**
     * Which of the request's videos is being generated.
     *
     * @return from 0
     */
    int video();

    /**
     * The timestep that the transformer was given.
     *
     * @return 1000 (noise) to 0 (data)
     */
    float timestep();

    /**
     * The latents after the step, copied from the device at each call.
     *
     * @return float32 {@code (1, C, T, h, w)}
     */
    FloatTensor latents();
  }
}
