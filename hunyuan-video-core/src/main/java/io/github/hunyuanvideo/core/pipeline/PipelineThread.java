package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.GenerationCancelledException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that a pipeline computes on. Work is done in the order in which it came: callers
 * on several threads take turns, and settings that PyTorch keeps for each thread do not touch the
 * callers' threads.
 */
final class PipelineThread {

  private final ExecutorService executor;
  private final Set<Task<?>> unfinished = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Thread thread;

  PipelineThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
  }

  /**
   * Work that was queued.
   *
   * @param <T> its result
   */
  final class Task<T> {

    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<T> ended = new CompletableFuture<>();
    private final CompletableFuture<T> published =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            cancellation.request();
            return super.cancel(mayInterrupt);
          }
        };

    private Task() {
      // What callers attach to their future must not run on the pipeline's thread and hold up the
      // queue.
      var unused =
          ended.whenCompleteAsync(
              (value, failure) -> {
                if (failure == null) {
                  published.complete(value);
                } else {
                  published.completeExceptionally(failure);
                }
              });
    }

    void cancel() {
      cancellation.request();
    }

    boolean isDone() {
      return ended.isDone();
    }

    /** The result for callers; cancelling it cancels the work. */
    CompletableFuture<T> future() {
      return published;
    }

    /**
     * Waits for the result; interrupting the waiting thread cancels the work.
     *
     * @throws GenerationCancelledException if it was cancelled
     * @throws IllegalStateException if called by the pipeline's thread, which could not wait for
     *     itself
     */
    T join() {
      if (Thread.currentThread() == thread) {
        throw new IllegalStateException(
            "a listener, hook or stage cannot wait for the pipeline that calls it; submit the work and return");
      }
      try {
        return ended.get();
      } catch (InterruptedException e) {
        cancel();
        Thread.currentThread().interrupt();
        throw new GenerationCancelledException();
      } catch (CancellationException e) {
        throw new GenerationCancelledException();
      } catch (ExecutionException e) {
        throw unchecked(e.getCause());
      }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }

    private void run(Function<Cancellation, T> work) {
      try {
        cancellation.check();
        ended.complete(work.apply(cancellation));
      } catch (RuntimeException | Error e) {
        ended.completeExceptionally(e);
      } finally {
        unfinished.remove(this);
      }
    }
  }

  /**
   * Queues work.
   *
   * @throws IllegalStateException if the thread has been shut down
   */
  <T> Task<T> submit(Function<Cancellation, T> work) {
    Task<T> task = new Task<>();
    unfinished.add(task);
    try {
      executor.execute(() -> task.run(work));
      return task;
    } catch (RejectedExecutionException e) {
      unfinished.remove(task);
      throw new IllegalStateException("the pipeline is closed", e);
    }
  }

  /**
   * Cancels what waits or runs, does some last work, and ends; returns when all of that is done.
   */
  void shutDown(Runnable last) {
    unfinished.forEach(Task::cancel);
    synchronized (this) {
      if (executor.isShutdown()) {
        return;
      }
      executor.execute(last);
      executor.shutdown();
    }
    if (Thread.currentThread() != thread) {
      awaitEnd();
    }
  }

  /** Native memory must not outlive its owner, so an interrupt does not end the waiting. */
  private void awaitEnd() {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
