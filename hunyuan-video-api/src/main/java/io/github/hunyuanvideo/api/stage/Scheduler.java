package io.github.hunyuanvideo.api.stage;

/**
 * Chooses the points between noise and data at which the transformer is called. Stateless; one
 * scheduler serves many generations.
 *
 * <pre>{@code
 * Schedule schedule = FlowMatchingScheduler.euler().schedule(50, 7f);
 * }</pre>
 */
@FunctionalInterface
public interface Scheduler {

  /**
   * Makes a schedule.
   *
   * @param steps how many, at least 1
   * @param shift how far to shift towards noise, greater than 0; 1 leaves the schedule as it is
   * @return the schedule
   * @throws IllegalArgumentException if a value is outside of that
   */
  Schedule schedule(int steps, float shift);
}
