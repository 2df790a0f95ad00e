package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.core.torch.Tensor;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The transformer's stage: the latents of all videos of a request. */
final class LatentGeneration {

  private final PipelineParts parts;
  private final PreviewSource previews;
  private final Run run;

  LatentGeneration(PipelineParts parts, PreviewSource previews, Run run) {
    this.parts = parts;
    this.previews = previews;
    this.run = run;
  }

  /**
   * Latents and how long they took.
   *
   * @param latents of one video
   * @param duration of its steps
   */
  record Generated(Latents latents, Duration duration) {}

  /** Generates, one video after the other. */
  List<Generated> generate(List<ConditionedShot> shots) {
    int steps = shots.stream().mapToInt(shot -> shot.request().steps()).sum();
    ProgressReport report = run.report(Stage.TRANSFORMER, steps);
    List<Generated> generated = new ArrayList<>();
    parts
        .slots()
        .transformer()
        .use(
            transformer -> {
              for (ConditionedShot shot : shots) {
                generated.add(generate(transformer, shot, generated.size(), report));
              }
              return generated;
            });
    report.finish();
    return generated;
  }

  private Generated generate(
      Transformer transformer, ConditionedShot shot, int video, ProgressReport report) {
    long start = System.nanoTime();
    VideoRequest request = shot.request();
    Schedule schedule = parts.scheduler().schedule(request.steps(), (float) request.flowShift());
    try (RunContext context = run.context()) {
      DenoisingLoop loop =
          new DenoisingLoop(
              run.engine(),
              transformer,
              context,
              LatentRule.none(),
              (ofSchedule, timestep, before, velocity) ->
                  report.step(() -> preview(ofSchedule, timestep, before, velocity)));
      FloatTensor values = loop.run(shot, video, schedule, initialLatents(transformer, request));
      return new Generated(
          new Latents(values, request, shot.notices()),
          Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private Tensor initialLatents(Transformer transformer, VideoRequest request) {
    int channels = transformer.profile().latentChannels();
    Optional<FloatTensor> given = request.latents();
    if (given.isPresent()) {
      return run.engine().tensor(given.get());
    }
    return parts
        .noise()
        .draw(
            run.engine(),
            LatentShape.of(channels, request.size(), request.frames()),
            request.seeds().get(0));
  }

  private Optional<BufferedImage> preview(
      Schedule schedule, Timestep timestep, Tensor before, Tensor velocity) {
    Optional<LatentPreview> preview = previews.get(run);
    if (preview.isEmpty()) {
      return Optional.empty();
    }
    try (RunContext context = run.context();
        Tensor estimated =
            run.engine()
                .adopt(
                    schedule.estimateData(context.lend(before), context.lend(velocity), timestep),
                    "the scheduler's estimate")) {
      FloatTensor latents = estimated.toFloatTensor();
      return preview.map(fitted -> fitted.picture(latents, latents.length(2) / 2));
    }
  }
}
