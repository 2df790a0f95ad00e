package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.TransformerProfile;
import io.github.hunyuanvideo.core.pipeline.FrameDecoding.Decoded;
import io.github.hunyuanvideo.core.pipeline.LatentGeneration.Generated;
import io.github.hunyuanvideo.core.pipeline.TextEncoding.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of one request through the stages, on the pipeline's thread. */
final class GenerationPath {

  private static final Logger log = LoggerFactory.getLogger(GenerationPath.class);

  private final PipelineParts parts;
  private final PreviewSource previews;
  private final Run run;

  GenerationPath(PipelineParts parts, PreviewSource previews, Run run) {
    this.parts = parts;
    this.previews = previews;
    this.run = run;
  }

  /** One video's latents and the time that they took. */
  private record Undeveloped(Latents latents, Map<Stage, Duration> timings) {}

  /** All stages: a video for each prompt and seed. */
  List<Video> videos(VideoRequest request) {
    List<Undeveloped> undeveloped = undeveloped(request);
    List<VideoAssembly> assemblies =
        undeveloped.stream().map(one -> new VideoAssembly(parts.encoder())).toList();
    List<Decoded> decoded = decode(undeveloped, assemblies);
    List<Video> videos = new ArrayList<>();
    for (int i = 0; i < decoded.size(); i++) {
      videos.add(complete(assemblies.get(i).video(), undeveloped.get(i), decoded.get(i)));
    }
    return videos;
  }

  /** All stages for a single video whose frames go to a sink. */
  void frames(VideoRequest request, FrameSink sink) {
    sink.requireAcceptable(
        new FrameSink.Description(
            request.size().roundedUp(),
            request.frames(),
            VideoRequest.FRAMES_PER_SECOND,
            parts.encoder()));
    decode(undeveloped(request.toBuilder().floatFrames(false).build()), List.of(sink));
  }

  /** The VAE alone. */
  Video video(Latents latents) {
    Undeveloped undeveloped = new Undeveloped(latents, Map.of());
    VideoAssembly assembly = new VideoAssembly(parts.encoder());
    Decoded decoded = decode(List.of(undeveloped), List.of(assembly)).get(0);
    return complete(assembly.video(), undeveloped, decoded);
  }

  /** The text encoders alone. */
  PromptEmbeddings embeddings(Prompt prompt) {
    return new TextEncoding(parts.slots(), run).encode(List.of(prompt)).of(prompt);
  }

  /** Everything but the VAE. */
  List<Latents> latents(VideoRequest request) {
    return undeveloped(request).stream().map(Undeveloped::latents).toList();
  }

  private List<Undeveloped> undeveloped(VideoRequest request) {
    parts.slots().transformer().use(transformer -> checked(transformer.profile(), request));
    List<Shot> shots = ShotList.of(request, new Random());
    log.info("Generating {}", request);
    Texts texts = new TextEncoding(parts.slots(), run).encode(ConditionedShot.texts(shots));
    List<ConditionedShot> conditioned =
        shots.stream().map(shot -> ConditionedShot.of(shot, texts.embeddings())).toList();
    conditioned.stream()
        .flatMap(shot -> shot.notices().stream())
        .distinct()
        .forEach(notice -> log.warn("Note that {}", notice));
    return new LatentGeneration(parts, previews, run)
        .generate(conditioned).stream().map(generated -> timed(generated, texts)).toList();
  }

  private static Undeveloped timed(Generated generated, Texts texts) {
    Map<Stage, Duration> timings = new EnumMap<>(Stage.class);
    timings.putAll(texts.timings());
    timings.put(Stage.TRANSFORMER, generated.duration());
    return new Undeveloped(generated.latents(), timings);
  }

  /** What can be refused before anything is computed. */
  private static VideoRequest checked(TransformerProfile profile, VideoRequest request) {
    if (profile.embeddedGuidance() && request.embeddedGuidance().isEmpty()) {
      throw new IllegalArgumentException(
          "this model is distilled and takes the guidance scale as an input; set embeddedGuidance, usually 6");
    }
    request
        .latents()
        .filter(latents -> latents.length(1) != profile.latentChannels())
        .ifPresent(
            latents -> {
              throw new IllegalArgumentException(
                  "the transformer takes latents of %d channels, got %s"
                      .formatted(profile.latentChannels(), latents));
            });
    return request;
  }

  private List<Decoded> decode(List<Undeveloped> undeveloped, List<? extends FrameSink> sinks) {
    List<Latents> latents = undeveloped.stream().map(Undeveloped::latents).toList();
    return new FrameDecoding(parts, run).decode(latents, sinks::get);
  }

  private static Video complete(Video.Builder video, Undeveloped undeveloped, Decoded decoded) {
    undeveloped.timings().forEach(video::timing);
    decoded.floats().ifPresent(video::floats);
    return video
        .timing(Stage.VAE, decoded.duration())
        .request(undeveloped.latents().request())
        .notices(undeveloped.latents().notices())
        .build();
  }
}
