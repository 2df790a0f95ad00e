package io.github.hunyuanvideo.core.testing;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.Scheduler;
import io.github.hunyuanvideo.api.stage.Timestep;
import java.util.ArrayList;
import java.util.List;

/** Another scheduler's schedules, with a record of what passed through their steps. */
public final class RecordingScheduler implements Scheduler {

  /**
   * What a step was given.
   *
   * @param timestep which step
   * @param latents before it
   * @param velocity the prediction, after guidance
   */
  public record Step(Timestep timestep, FloatTensor latents, FloatTensor velocity) {}

  private final Scheduler scheduler;
  private final List<Step> steps = new ArrayList<>();

  public RecordingScheduler(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** All steps so far, those of one video after those of the other. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  @Override
  public Schedule schedule(int count, float shift) {
    return new RecordingSchedule(scheduler.schedule(count, shift));
  }

  private final class RecordingSchedule extends Schedule {

    private final Schedule schedule;

    RecordingSchedule(Schedule schedule) {
      super(times(schedule));
      this.schedule = schedule;
    }

    private static float[] times(Schedule schedule) {
      float[] times = new float[schedule.timesteps().size()];
      schedule.timesteps().forEach(timestep -> times[timestep.index()] = timestep.value());
      return times;
    }

    @Override
    protected NDArray advance(NDArray latents, NDArray velocity, int index) {
      Timestep timestep = schedule.timesteps().get(index);
      steps.add(new Step(timestep, HeapCopy.of(latents), HeapCopy.of(velocity)));
      return schedule.step(latents, velocity, timestep);
    }

    @Override
    protected NDArray estimate(NDArray latents, NDArray velocity, int index) {
      return schedule.estimateData(latents, velocity, schedule.timesteps().get(index));
    }
  }
}
