package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.GenerationListener;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/**
 * One generation's surroundings.
 *
 * @param engine computes
 * @param listener is told how it goes on
 * @param cancellation whether it shall end
 */
record Run(TorchEngine engine, GenerationListener listener, Cancellation cancellation) {

  /** Tells that a stage starts. */
  ProgressReport report(Stage stage, int steps) {
    return ProgressReport.start(listener, stage, steps);
  }

  /** The surroundings of a stage, to be closed when it has run. */
  RunContext context(RunContext.Report report) {
    return new RunContext(engine, cancellation, report);
  }

  /** The surroundings of a stage that does not count its parts itself. */
  RunContext context() {
    return context((done, parts) -> {});
  }
}
