package io.github.hunyuanvideo.core.pipeline;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that a pipeline computes on. Work is done in the order in which it came: callers
 * on several threads take turns, and settings that PyTorch keeps for each thread do not touch the
 * callers' threads.
 */
final class PipelineThread {

  private final ExecutorService executor;
  private volatile @Nullable Thread thread;

  /** What has not ended; guarded, as is {@link #last}, by this. */
  private final Set<Task<?>> unfinished = new LinkedHashSet<>();

  /** The work that closing adds; null while the thread takes more. */
  private @Nullable CompletableFuture<Void> last;

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

    private final Function<Cancellation, T> work;
    private final Cancellation cancellation = new Cancellation();

    /** Set by who comes first: the thread that starts the work, or a caller who cancels it. */
    private final AtomicBoolean taken = new AtomicBoolean();

    private final CompletableFuture<T> ended = new CompletableFuture<>();
    private final CompletableFuture<T> published =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            Task.this.cancel();
            return super.cancel(mayInterrupt);
          }
        };

    private Task(Function<Cancellation, T> work) {
      this.work = work;
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

    /** Ends the work where it is; work that still waits has ended when this returns. */
    void cancel() {
      cancellation.request();
      if (taken.compareAndSet(false, true)) {
        forget(this);
        ended.completeExceptionally(new GenerationCancelledException());
      }
    }

    boolean isDone() {
      return ended.isDone() || published.isDone();
    }

    /** The result for callers; cancelling it cancels the work. */
    CompletableFuture<T> future() {
      return published;
    }

    /** The result, if the work has ended well. */
    Optional<T> result() {
      return ended.isDone() && !ended.isCompletedExceptionally()
          ? Optional.of(ended.join())
          : Optional.empty();
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

    /** As {@link #join()}, but does not return before the work has ended, interrupted or not. */
    T joinToTheEnd() {
      try {
        return join();
      } catch (GenerationCancelledException e) {
        awaitEnd();
        throw e;
      }
    }

    private void awaitEnd() {
      try {
        Uninterruptibles.getUninterruptibly(ended);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GenerationCancelledException)) {
          throw unchecked(e.getCause());
        }
      }
    }

    private void run() {
      if (!taken.compareAndSet(false, true)) {
        return;
      }
      try {
        ended.complete(work.apply(cancellation));
      } catch (RuntimeException | Error e) {
        ended.completeExceptionally(e);
      } finally {
        forget(this);
      }
    }
  }

  /**
   * Queues work.
   *
   * @throws IllegalStateException if the thread has been shut down
   */
  synchronized <T> Task<T> submit(Function<Cancellation, T> work) {
    if (last != null) {
      throw new IllegalStateException("the pipeline is closed");
    }
    Task<T> task = new Task<>(work);
    unfinished.add(task);
    executor.execute(task::run);
    return task;
  }

  private synchronized void forget(Task<?> task) {
    unfinished.remove(task);
  }

  /**
   * Cancels what waits or runs, does some last work, and ends; returns when all of that is done,
   * interrupted or not, since native memory must not outlive its owner. Called by this thread
   * itself it does not wait.
   *
   * @param release the last work; done once, however often this is called
   */
  void shutDown(Runnable release) {
    CompletableFuture<Void> end;
    List<Task<?>> toCancel;
    synchronized (this) {
      if (last == null) {
        last = CompletableFuture.runAsync(release, executor);
        executor.shutdown();
      }
      end = last;
      toCancel = List.copyOf(unfinished);
    }
    toCancel.forEach(Task::cancel);
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      Uninterruptibles.getUninterruptibly(end);
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
}
