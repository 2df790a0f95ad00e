package io.github.hunyuanvideo.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A generation that was submitted and runs, or waits for its turn.
 *
 * <pre>{@code
 * Generation job = pipeline.submit(request);
 * job.videos().thenAccept(videos -> videos.get(0).save(Path.of("cat.mp4")));
 * job.cancel();
 * }</pre>
 */
public interface Generation {

  /**
   * Asks for the generation to end. One that runs ends within one block of the model and frees
   * everything it holds; one that waits for its turn ends at once. Its future fails with a {@link
   * GenerationCancelledException}. Does nothing when the generation has ended already.
   */
  void cancel();

  /**
   * Whether it has ended, in whatever way.
   *
   * @return true once it has ended; {@link #videos()} is complete then, or about to be
   */
  boolean isDone();

  /**
   * The results. Cancelling this future cancels the generation.
   *
   * @return completes with one video for each prompt and seed
   */
  CompletableFuture<List<Video>> videos();

  /**
   * Waits for the results.
   *
   * @return one video for each prompt and seed
   * @throws GenerationCancelledException if it was cancelled, or this thread was interrupted, which
   *     cancels it
   * @throws HunyuanVideoException if it failed
   */
  List<Video> join();
}
