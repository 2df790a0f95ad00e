package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.Generation;
import io.github.hunyuanvideo.api.Video;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A generation in the pipeline's queue. */
final class PipelineGeneration implements Generation {

  private final PipelineThread.Task<List<Video>> task;

  PipelineGeneration(PipelineThread.Task<List<Video>> task) {
    this.task = task;
  }

  @Override
  public void cancel() {
    task.cancel();
  }

  @Override
  public boolean isDone() {
    return task.isDone();
  }

  @Override
  public CompletableFuture<List<Video>> videos() {
    return task.future();
  }

  @Override
  public List<Video> join() {
    return task.join();
  }
}
