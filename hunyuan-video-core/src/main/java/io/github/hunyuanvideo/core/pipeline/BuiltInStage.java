package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Stage;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A stage of a checkpoint whose files agree with one another.
 *
 * @param parameters how many it has
 * @param memory what its weights take
 * @param device what it computes on
 * @param opener opens it; weights are mapped when they are used
 * @param <T> the stage's interface
 */
record BuiltInStage<T>(
    long parameters, StageMemory memory, ComputeDevice device, Supplier<T> opener) {

  /** Says how the stage will compute, and whose weights it has. */
  void announce(Stage stage, TencentLicence licence, Logger log) {
    log.info("The {} computes in {} on {}", stage.label(), memory.precision(), device);
    if (stage == Stage.TRANSFORMER) {
      if (memory.copiedAtOnce() < memory.copied()) {
        log.info(
            "Weights in {} would take {} MB, which is more than half of the available memory; they are converted block by block at each step",
            memory.precision(),
            memory.copied() >> 20);
      }
      licence.remindOf(parameters);
    }
  }
}
