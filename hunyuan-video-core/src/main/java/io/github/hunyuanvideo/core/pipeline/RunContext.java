package io.github.hunyuanvideo.core.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/** What a stage is given while it runs. Closing it frees every array that the stage left behind. */
final class RunContext implements StageContext, AutoCloseable {

  /** Is told how far a stage is. */
  @FunctionalInterface
  interface Report {
    void accept(int done, int parts);
  }

  private final TorchEngine engine;
  private final NDManager manager;
  private final Cancellation cancellation;
  private final Report report;

  RunContext(TorchEngine engine, Cancellation cancellation, Report report) {
    this.engine = engine;
    this.manager = engine.newManager();
    this.cancellation = cancellation;
    this.report = report;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public void checkCancelled() {
    cancellation.check();
  }

  @Override
  public void reportProgress(int done, int parts) {
    report.accept(done, parts);
  }

  /** The same surroundings for a part of the work, whose arrays are freed earlier. */
  RunContext part() {
    return new RunContext(engine, cancellation, report);
  }

  /**
   * Shows a tensor to a stage, as an array of this context with the same memory; so what the stage
   * computes from it belongs to this context too.
   */
  NDArray lend(Tensor tensor) {
    return engine.view(tensor.ndArray(), "a tensor of the pipeline").releaseNdArray(manager);
  }

  @Override
  public void close() {
    manager.close();
  }
}
