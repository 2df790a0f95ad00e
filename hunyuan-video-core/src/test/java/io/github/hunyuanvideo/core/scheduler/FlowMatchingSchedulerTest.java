package io.github.hunyuanvideo.core.scheduler;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler.FlowMatchingSchedule;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class FlowMatchingSchedulerTest {

  private static final Pattern CASE = Pattern.compile("s(\\d+)_shift(\\d+)_(rev|norev)/timesteps");

  private final TorchEngine engine;

  FlowMatchingSchedulerTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void everyScheduleOfTheOfficialCodeIsReproducedBitForBit() {
    try (Golden golden = Golden.open(engine, "scheduler")) {
      int cases = 0;
      for (String name : golden.names()) {
        Matcher matcher = CASE.matcher(name);
        if (matcher.matches()) {
          FlowMatchingSchedule schedule =
              FlowMatchingScheduler.euler(matcher.group(3).equals("rev"))
                  .schedule(Integer.parseInt(matcher.group(1)), Float.parseFloat(matcher.group(2)));
          assertThat(times(schedule)).as(name).containsExactly(golden.floats(name));
          assertThat(schedule.sigmas())
              .as(name)
              .containsExactly(golden.floats(name.replace("timesteps", "sigmas")));
          cases++;
        }
      }
      assertThat(cases).isEqualTo(132);
    }
  }

  private static float[] times(Schedule schedule) {
    float[] times = new float[schedule.timesteps().size()];
    for (Timestep timestep : schedule.timesteps()) {
      times[timestep.index()] = timestep.value();
    }
    return times;
  }

  @Test
  void withoutShiftSigmaFallsEvenly() {
    FlowMatchingSchedule schedule = FlowMatchingScheduler.euler().schedule(1000, 1);
    try (Golden golden = Golden.open(engine, "scheduler")) {
      assertThat(schedule.sigmas()).containsExactly(golden.floats("init_rev/sigmas"));
      assertThat(times(schedule)).containsExactly(golden.floats("init_rev/timesteps"));
    }
  }

  /**
   * Not bit for bit: what the official scheduler holds before it has made a schedule is the other
   * row turned around, where its schedules, as these here, subtract from 1.
   */
  @Test
  void withoutShiftAndReversalSigmaRisesEvenly() {
    FlowMatchingSchedule schedule = FlowMatchingScheduler.euler(false).schedule(1000, 1);
    try (Golden golden = Golden.open(engine, "scheduler");
        Tensor sigmas = engine.tensor(schedule.sigmas(), 1001);
        Tensor times = engine.tensor(times(schedule), 1000)) {
      assertThatTensor(sigmas).isCloseTo(golden.get("init_norev/sigmas"), 1e-7);
      assertThatTensor(times).isCloseTo(golden.get("init_norev/timesteps"), 1e-7);
    }
  }

  @Test
  void eulerStepsFollowTheOfficialOnes() {
    Schedule schedule = FlowMatchingScheduler.euler().schedule(3, 7);
    try (Golden golden = Golden.open(engine, "scheduler")) {
      for (int i = 0; i < 3; i++) {
        NDArray moved =
            schedule.step(
                golden.get("step/x" + i).ndArray(),
                golden.get("step/model_out" + i).ndArray(),
                schedule.timesteps().get(i));
        try (Tensor latents = engine.adopt(moved, "latents")) {
          assertThatTensor(latents).isIdenticalTo(golden.get("step/x" + (i + 1)));
        }
      }
    }
  }

  @Test
  void theDataAreEstimatedExactlyWhenTheVelocityIsTrue() {
    Schedule schedule = FlowMatchingScheduler.euler().schedule(4, 7);
    float sigma = 0.875f;
    try (Tensor data = engine.tensor(new float[] {1, -2, 3}, 3);
        Tensor noise = engine.tensor(new float[] {0.5f, 0.25f, -1}, 3)) {
      NDArray latents = data.ndArray().mul(1 - sigma).add(noise.ndArray().mul(sigma));
      NDArray velocity = noise.ndArray().sub(data.ndArray());
      try (Tensor estimated =
          engine.adopt(
              schedule.estimateData(latents, velocity, schedule.timesteps().get(2)), "data")) {
        assertThatTensor(estimated).isCloseTo(data, 1e-6);
      }
    }
  }

  @Test
  void aTimestepOfAnotherScheduleIsRefused() {
    Schedule one = FlowMatchingScheduler.euler().schedule(4, 7);
    Schedule other = FlowMatchingScheduler.euler().schedule(4, 7);
    try (Tensor latents = engine.tensor(new float[] {1}, 1)) {
      assertThatThrownBy(
              () -> one.step(latents.ndArray(), latents.ndArray(), other.timesteps().get(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("belongs to another schedule");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void aShiftThatWouldGiveNoNumbersIsRefused(float shift) {
    assertThatThrownBy(() -> FlowMatchingScheduler.euler().schedule(10, shift))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shift")
        .hasMessageContaining(String.valueOf(shift));
  }

  @Test
  void noStepsAreRefused() {
    assertThatThrownBy(() -> FlowMatchingScheduler.euler().schedule(0, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1, got 0");
  }
}
