package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.Generation;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A hundred generations in one JVM, a third of them cancelled at random points. */
class SoakTest {

  private static final int GENERATIONS = 100;
  private static final int WARM_UP = 30;

  /** Of the order of what the JVM itself moves by; a leak of one latent a generation is more. */
  private static final long ALLOWED_GROWTH = 24L << 20;

  @Test
  void aHundredGenerationsLeaveNeitherTensorsNorMemoryBehind() throws IOException {
    Random random = new Random(7);
    long afterWarmUp = 0;
    int cancelled = 0;
    try (HunyuanVideoPipeline pipeline = TinyPipeline.open()) {
      for (int i = 0; i < GENERATIONS; i++) {
        boolean cancel = i % 3 == 2;
        cancelled += run(pipeline, cancel ? random.nextInt(12) : Integer.MAX_VALUE);
        assertThat(pipeline.openTensors()).isZero();
        if (i + 1 == WARM_UP) {
          afterWarmUp = resident();
        }
      }
      long atEnd = resident();
      System.out.printf(
          "Soak: %d generations, %d cancelled; resident memory %d MB after %d, %d MB after all%n",
          GENERATIONS, cancelled, afterWarmUp >> 20, WARM_UP, atEnd >> 20);
      assertThat(cancelled).isBetween(25, 33);
      assertThat(atEnd - afterWarmUp).isLessThan(ALLOWED_GROWTH);
    }
  }

  /** Generates one video; cancels it at an event, and says whether that ended it. */
  private static int run(HunyuanVideoPipeline pipeline, int cancelAt) {
    VideoRequest request = TinyPipeline.request().frames(9).build();
    CompletableFuture<Generation> submitted = new CompletableFuture<>();
    AtomicInteger events = new AtomicInteger();
    Generation job =
        pipeline.submit(
            request,
            progress -> {
              if (events.getAndIncrement() == cancelAt) {
                submitted.join().cancel();
              }
            });
    submitted.complete(job);
    try {
      assertThat(job.join()).hasSize(1);
      return 0;
    } catch (GenerationCancelledException e) {
      return 1;
    }
  }

  /**
   * Resident memory of this process after a garbage collection; 0 where the system does not tell.
   */
  private static long resident() throws IOException {
    System.gc();
    Path statm = Path.of("/proc/self/statm");
    return Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 : 0;
  }
}
