package io.github.hunyuanvideo.core.scheduler;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.Scheduler;

/**
 * The scheduler of HunyuanVideo: sigma falls evenly from 1 (noise) to 0 (data), is shifted towards
 * noise, and latents follow the predicted velocity in Euler steps (rectified flow,
 * arXiv:2209.03003; the shift is that of arXiv:2403.03206, section 5.3.2). Reproduces the official
 * {@code FlowMatchDiscreteScheduler} bit for bit.
 *
 * <pre>{@code
 * Schedule schedule = FlowMatchingScheduler.euler().schedule(50, 7f);
 * }</pre>
 */
public final class FlowMatchingScheduler implements Scheduler {

  /** The number of timesteps of training; sigma 1 is this time. */
  private static final float TRAINING_STEPS = 1000f;

  private final boolean reverse;

  private FlowMatchingScheduler(boolean reverse) {
    this.reverse = reverse;
  }

  /** The scheduler that the published weights need: from noise to data. */
  public static FlowMatchingScheduler euler() {
    return new FlowMatchingScheduler(true);
  }

  /**
   * The scheduler with the direction chosen, as the official flag {@code --flow-reverse} does.
   *
   * @param reverse true for the published weights; false integrates the other way, which is the
   *     official program's default and gives noise
   */
  public static FlowMatchingScheduler euler(boolean reverse) {
    return new FlowMatchingScheduler(reverse);
  }

  @Override
  public FlowMatchingSchedule schedule(int steps, float shift) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, got " + steps);
    }
    if (!(shift > 0) || Float.isInfinite(shift)) {
      throw new IllegalArgumentException(
          "the shift must be greater than 0 and finite, got %s; 1 leaves the schedule as it is"
              .formatted(shift));
    }
    float[] sigmas = new float[steps + 1];
    for (int k = 0; k <= steps; k++) {
      float even = evenlySpaced(k, steps);
      float shifted = shift * even / (1f + (shift - 1f) * even);
      sigmas[k] = reverse ? shifted : 1f - shifted;
    }
    return new FlowMatchingSchedule(sigmas);
  }

  /**
   * {@code torch.linspace(1, 0, steps + 1)[k]} in float32: PyTorch counts the first half from the
   * start and the second from the end, each with one rounding.
   */
  private static float evenlySpaced(int k, int steps) {
    float delta = -1f / steps;
    return k < (steps + 1) / 2 ? Math.fma(delta, k, 1f) : Math.fma(-delta, steps - k, 0f);
  }

  /** The sigmas of one generation and the Euler step between them. */
  public static final class FlowMatchingSchedule extends Schedule {

    private final float[] sigmas;

    FlowMatchingSchedule(float[] sigmas) {
      super(times(sigmas));
      this.sigmas = sigmas;
    }

    private static float[] times(float[] sigmas) {
      float[] times = new float[sigmas.length - 1];
      for (int k = 0; k < times.length; k++) {
        times[k] = sigmas[k] * TRAINING_STEPS;
      }
      return times;
    }

    /**
     * The share of noise before each step and after the last one: one more than there are steps.
     */
    public float[] sigmas() {
      return sigmas.clone();
    }

    @Override
    protected NDArray advance(NDArray latents, NDArray velocity, int index) {
      return moved(latents, velocity, sigmas[index + 1] - sigmas[index]);
    }

    /**
     * With x = (1 − sigma) · data + sigma · noise and velocity = noise − data, data = x − sigma ·
     * velocity.
     */
    @Override
    protected NDArray estimate(NDArray latents, NDArray velocity, int index) {
      return moved(latents, velocity, -sigmas[index]);
    }

    private static NDArray moved(NDArray latents, NDArray velocity, float distance) {
      try (NDArray way = velocity.mul(distance)) {
        return latents.add(way);
      }
    }
  }
}
