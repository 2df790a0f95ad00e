package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The timesteps of one generation and the rule that moves latents along them. Implementations
 * extend this class: it makes the {@link Timestep}s and checks that they come back to the schedule
 * they belong to.
 */
public abstract class Schedule {

  private final List<Timestep> timesteps;

  /**
   * Makes the timesteps.
   *
   * @param times what the transformer is given at each step, 1000 (noise) to 0 (data)
   * @throws IllegalArgumentException if there is none, or one is not a finite number
   */
  protected Schedule(float... times) {
    if (times.length == 0) {
      throw new IllegalArgumentException("a schedule needs at least one step");
    }
    List<Timestep> made = new ArrayList<>(times.length);
    for (int i = 0; i < times.length; i++) {
      if (!Float.isFinite(times[i])) {
        throw new IllegalArgumentException(
            "time %d of the schedule is %s, not a finite number".formatted(i, times[i]));
      }
      made.add(new Timestep(i, times[i]));
    }
    timesteps = List.copyOf(made);
  }

  /**
   * The steps in order.
   *
   * @return at least one
   */
  public final List<Timestep> timesteps() {
    return timesteps;
  }

  /**
   * Moves latents from a timestep to the next.
   *
   * @param latents float32 {@code (1, C, T, h, w)}; stays with the caller
   * @param velocity the transformer's prediction at this timestep, of the same shape; stays with
   *     the caller
   * @param timestep one of {@link #timesteps()}
   * @return the latents of the next timestep, float32; belongs to the caller
   * @throws IllegalArgumentException if the timestep belongs to another schedule
   */
  public final NDArray step(NDArray latents, NDArray velocity, Timestep timestep) {
    return advance(latents, velocity, ownIndex(timestep));
  }

  /**
   * Estimates the data from latents at a timestep, for previews.
   *
   * @param latents float32 {@code (1, C, T, h, w)} before the step; stays with the caller
   * @param velocity the prediction at this timestep; stays with the caller
   * @param timestep one of {@link #timesteps()}
   * @return the estimated data, float32; belongs to the caller
   * @throws IllegalArgumentException if the timestep belongs to another schedule
   */
  public final NDArray estimateData(NDArray latents, NDArray velocity, Timestep timestep) {
    return estimate(latents, velocity, ownIndex(timestep));
  }

  private int ownIndex(Timestep timestep) {
    int index = timestep.index();
    if (index >= timesteps.size() || timesteps.get(index) != timestep) {
      throw new IllegalArgumentException(
          "%s belongs to another schedule; take the timesteps of the schedule that steps"
              .formatted(timestep));
    }
    return index;
  }

  /**
   * The rule of {@link #step}. What it computes on the way need not be closed: the pipeline frees
   * it with the step.
   *
   * @param latents before the step
   * @param velocity the prediction
   * @param index which step, from 0
   * @return a new array
   */
  protected abstract NDArray advance(NDArray latents, NDArray velocity, int index);

  /**
   * The rule of {@link #estimateData}. What it computes on the way need not be closed.
   *
   * @param latents before the step
   * @param velocity the prediction
   * @param index which step, from 0
   * @return a new array
   */
  protected abstract NDArray estimate(NDArray latents, NDArray velocity, int index);
}
