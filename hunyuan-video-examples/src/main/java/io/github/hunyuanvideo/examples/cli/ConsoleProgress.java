package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.GenerationListener;
import io.github.hunyuanvideo.api.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows each stage as a bar on standard error, with the time that is left. */
final class ConsoleProgress implements GenerationListener, AutoCloseable {

  private @Nullable ProgressBar bar;

  @Override
  public void onProgress(Progress progress) {
    switch (progress.event()) {
      case STAGE_STARTED -> start(progress);
      case STEP -> show(progress);
      case STAGE_FINISHED -> {
        show(progress);
        close();
      }
    }
  }

  private void start(Progress progress) {
    close();
    bar =
        new ProgressBarBuilder()
            .setTaskName(progress.stage().label())
            .setInitialMax(progress.steps())
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setMaxRenderedLength(100)
            .build();
  }

  private void show(Progress progress) {
    ProgressBar shown = bar;
    if (shown != null) {
      shown.maxHint(progress.steps());
      shown.stepTo(progress.step());
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
