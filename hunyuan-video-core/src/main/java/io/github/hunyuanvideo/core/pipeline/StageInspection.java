package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.Stage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline finds when it opens a stage of a checkpoint.
 *
 * @param stage which
 * @param memory what its weights take; null if it cannot be opened
 * @param problem why it cannot be opened, and what to do about it; null if it can
 */
public record StageInspection(
    Stage stage, @Nullable StageMemory memory, @Nullable RuntimeException problem) {

  /** Opens a stage as a pipeline does, and closes it. */
  static StageInspection of(Stage stage, Supplier<? extends BuiltInStage<?>> opening) {
    try {
      return new StageInspection(stage, opening.get().memory(), null);
    } catch (RuntimeException e) {
      // Whatever would keep a pipeline from opening is a finding here, and the other stages have
      // theirs.
      return new StageInspection(stage, null, e);
    }
  }
}
