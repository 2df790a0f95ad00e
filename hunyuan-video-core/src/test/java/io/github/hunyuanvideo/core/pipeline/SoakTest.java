package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.Generation;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A hundred generations in one JVM, a third of them cancelled at random points. */
class SoakTest {

  private static final int GENERATIONS = 100;
  private static final int WARM_UP = 30;

  /**
   * Of the order of what the JVM itself moves by. A leak of 350 kB a generation is more: weights
   * that stay. Smaller leaks are those of tensors, which are counted.
   */
  private static final long ALLOWED_GROWTH = 24L << 20;

  @Test
  void aHundredGenerationsLeaveNeitherTensorsNorMemoryBehind() throws IOException {
    Random random = new Random(7);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    long afterWarmUp = 0;
    int cancelled = 0;
    long shortest = Long.MAX_VALUE;
    try (HunyuanVideoPipeline pipeline = TinyPipeline.open()) {
      for (int i = 0; i < GENERATIONS; i++) {
        Generation job = pipeline.submit(TinyPipeline.request().frames(9).build());
        long start = System.nanoTime();
        if (i % 3 == 2) {
          var unused = timer.schedule(job::cancel, random.nextLong(shortest), TimeUnit.NANOSECONDS);
        }
        try {
          assertThat(job.join()).hasSize(1);
          shortest = Math.min(shortest, System.nanoTime() - start);
        } catch (GenerationCancelledException e) {
          cancelled++;
        }
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
    } finally {
      timer.shutdownNow();
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
