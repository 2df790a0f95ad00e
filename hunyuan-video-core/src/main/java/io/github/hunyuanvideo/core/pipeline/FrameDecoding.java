package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import io.github.hunyuanvideo.core.torch.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** The VAE's stage: latents become frames, which leave while later ones are still decoded. */
final class FrameDecoding {

  private final PipelineParts parts;
  private final Run run;

  FrameDecoding(PipelineParts parts, Run run) {
    this.parts = parts;
    this.run = run;
  }

  /**
   * What is left of decoding one video beside its frames.
   *
   * @param floats their exact values, if they were to be kept
   * @param duration of decoding
   */
  record Decoded(Optional<FloatTensor> floats, Duration duration) {}

  /**
   * Decodes several videos.
   *
   * @param latents of each
   * @param sinks where each one's frames go
   */
  List<Decoded> decode(List<Latents> latents, IntFunction<FrameSink> sinks) {
    List<Decoded> decoded = new ArrayList<>();
    ProgressReport report = run.report(Stage.VAE, latents.size());
    parts
        .slots()
        .vae()
        .use(
            vae -> {
              for (int i = 0; i < latents.size(); i++) {
                decoded.add(
                    decode(vae, latents.get(i), sinks.apply(i), tiles(report, i, latents.size())));
              }
              return decoded;
            });
    report.finish();
    return decoded;
  }

  /** Counts the tiles of one of several videos of equal size. */
  private static RunContext.Report tiles(ProgressReport report, int video, int videos) {
    return (done, tiles) -> report.step(video * tiles + done, videos * tiles);
  }

  private Decoded decode(Vae vae, Latents latents, FrameSink sink, RunContext.Report tileReport) {
    long start = System.nanoTime();
    requireChannels(vae.profile(), latents);
    VideoRequest request = latents.request();
    boolean keepFloats = request != null && request.floatFrames();
    FrameDelivery delivery = new FrameDelivery(run.engine(), sink, latents.size(), keepFloats);
    sink.begin(
        new FrameSink.Description(
            latents.size(), latents.frames(), VideoRequest.FRAMES_PER_SECOND, parts.encoder()));
    try (RunContext context = run.context(tileReport);
        Tensor scaled = run.engine().tensor(latents.values());
        Tensor unscaled =
            run.engine()
                .program(FrameProgram.class)
                .unscaled(scaled, vae.profile().scalingFactor(), vae.profile().shiftFactor())) {
      vae.decode(context.lend(unscaled), context, delivery::accept);
      requireAll(delivery, latents);
      sink.end();
    } catch (RuntimeException | Error e) {
      abort(sink, e);
      throw e;
    }
    return new Decoded(delivery.floats(), Duration.ofNanos(System.nanoTime() - start));
  }

  /** What a sink throws on its way out must not hide why it had to go. */
  private static void abort(FrameSink sink, Throwable reason) {
    try {
      sink.abort();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private static void requireChannels(VaeProfile profile, Latents latents) {
    if (latents.values().length(1) != profile.latentChannels()) {
      throw new IllegalArgumentException(
          "the VAE takes latents of %d channels, got %s"
              .formatted(profile.latentChannels(), latents.values()));
    }
  }

  private static void requireAll(FrameDelivery delivery, Latents latents) {
    if (delivery.delivered() != latents.frames()) {
      throw new IllegalStateException(
          "the VAE decoded %d frames, expected %d"
              .formatted(delivery.delivered(), latents.frames()));
    }
  }
}
