package io.github.hunyuanvideo.core.pipeline;

import java.util.function.Supplier;

/**
 * A stage of a checkpoint whose files agree with one another.
 *
 * @param parameters how many it has
 * @param memory what its weights take
 * @param opener opens it; weights are mapped when they are used
 * @param <T> the stage's interface
 */
record BuiltInStage<T>(long parameters, StageMemory memory, Supplier<T> opener) {}
