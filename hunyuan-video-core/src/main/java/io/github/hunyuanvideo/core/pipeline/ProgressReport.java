package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.GenerationListener;
import io.github.hunyuanvideo.api.Progress;
import io.github.hunyuanvideo.api.Stage;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells a listener how one stage goes on, and measures its time. */
final class ProgressReport {

  private final GenerationListener listener;
  private final Stage stage;
  private final long start = System.nanoTime();
  private int steps;
  private int step;

  private ProgressReport(GenerationListener listener, Stage stage, int steps) {
    this.listener = listener;
    this.stage = stage;
    this.steps = Math.max(1, steps);
  }

  /** Starts a stage. */
  static ProgressReport start(GenerationListener listener, Stage stage, int steps) {
    ProgressReport report = new ProgressReport(listener, stage, steps);
    report.tell(Progress.Event.STAGE_STARTED, Optional::empty);
    return report;
  }

  /** Reports the next step. */
  void step() {
    step(Optional::empty);
  }

  /** Reports the next step, with a picture of where it led. */
  void step(Supplier<Optional<BufferedImage>> preview) {
    step++;
    tell(Progress.Event.STEP, preview);
  }

  /** Reports a step by its number, where the stage counts itself. */
  void step(int done, int of) {
    step = done;
    steps = Math.max(1, of);
    tell(Progress.Event.STEP, Optional::empty);
  }

  /**
   * Ends the stage.
   *
   * @return how long it took
   */
  Duration finish() {
    step = steps;
    tell(Progress.Event.STAGE_FINISHED, Optional::empty);
    return elapsed();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void tell(Progress.Event event, Supplier<Optional<BufferedImage>> preview) {
    Preview shown = new Preview(preview);
    try {
      listener.onProgress(new Now(event, stage, step, steps, elapsed(), shown));
    } finally {
      shown.over();
    }
  }

  /**
   * A picture made from tensors that exist only while the listener runs, by a thread that alone may
   * touch them.
   */
  private static final class Preview {

    private final Thread thread = Thread.currentThread();
    private Supplier<Optional<BufferedImage>> source;

    Preview(Supplier<Optional<BufferedImage>> source) {
      this.source = source;
    }

    Optional<BufferedImage> get() {
      return Thread.currentThread() == thread ? source.get() : Optional.empty();
    }

    void over() {
      source = Optional::empty;
    }
  }

  private record Now(
      Progress.Event event, Stage stage, int step, int steps, Duration elapsed, Preview picture)
      implements Progress {

    @Override
    public Optional<Duration> remaining() {
      return step == 0
          ? Optional.empty()
          : Optional.of(elapsed.multipliedBy((long) steps - step).dividedBy(step));
    }

    @Override
    public Optional<BufferedImage> preview() {
      return picture.get();
    }

    @Override
    public String toString() {
      return "%s of the %s, %d of %d".formatted(event, stage.label(), step, steps);
    }
  }
}
