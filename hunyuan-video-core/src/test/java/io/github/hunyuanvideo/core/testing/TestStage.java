package io.github.hunyuanvideo.core.testing;

import ai.djl.ndarray.NDManager;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.core.torch.TorchEngine;

/** A stage's surroundings for tests: can be cancelled after a number of checks. */
public final class TestStage implements StageContext, AutoCloseable {

  /** Is told how far the stage is. */
  @FunctionalInterface
  public interface Report {
    void accept(int done, int parts);
  }

  private final NDManager manager;
  private final int checksUntilCancelled;
  private final Report report;
  private int checks;

  private TestStage(TorchEngine engine, int checksUntilCancelled, Report report) {
    this.manager = engine.newManager();
    this.checksUntilCancelled = checksUntilCancelled;
    this.report = report;
  }

  public static TestStage of(TorchEngine engine) {
    return reporting(engine, (done, parts) -> {});
  }

  /** A stage that hands reports on. */
  public static TestStage reporting(TorchEngine engine, Report report) {
    return new TestStage(engine, Integer.MAX_VALUE, report);
  }

  /** A stage that is cancelled at its {@code check}-th look, from 1. */
  public static TestStage cancelledAt(TorchEngine engine, int check) {
    return new TestStage(engine, check, (done, parts) -> {});
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public void checkCancelled() {
    if (++checks >= checksUntilCancelled) {
      throw new GenerationCancelledException();
    }
  }

  @Override
  public void reportProgress(int done, int parts) {
    report.accept(done, parts);
  }

  /** How often the stage looked whether it was cancelled. */
  public int checks() {
    return checks;
  }

  @Override
  public void close() {
    manager.close();
  }
}
