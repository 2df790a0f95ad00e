package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.core.pipeline.FrameDecoding.Decoded;
import io.github.hunyuanvideo.core.pipeline.LatentGeneration.Generated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of one request through the stages, on the pipeline's thread. */
final class GenerationPath {

  private static final Logger log = LoggerFactory.getLogger(GenerationPath.class);

  private final PipelineParts parts;
  private final PreviewSource previews;
  private final Run run;
  private final Map<Stage, Duration> textTimings = new EnumMap<>(Stage.class);

  GenerationPath(PipelineParts parts, PreviewSource previews, Run run) {
    this.parts = parts;
    this.previews = previews;
    this.run = run;
  }

  /** One video's latents and what is to be said of it. */
  record Undeveloped(Latents latents, List<String> notices, Map<Stage, Duration> timings) {}

  /** All stages: a video for each prompt and seed. */
  List<Video> videos(VideoRequest request) {
    List<Undeveloped> undeveloped = latents(request);
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
    decode(latents(request), List.of(sink));
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
        .notices(undeveloped.notices())
        .build();
  }

  /** The VAE alone. */
  Video video(Latents latents) {
    Undeveloped undeveloped = new Undeveloped(latents, List.of(), Map.of());
    VideoAssembly assembly = new VideoAssembly(parts.encoder());
    Decoded decoded = decode(List.of(undeveloped), List.of(assembly)).get(0);
    return complete(assembly.video(), undeveloped, decoded);
  }

  /** The text encoders alone. */
  PromptEmbeddings embeddings(Prompt prompt) {
    return Objects.requireNonNull(
        new TextEncoding(parts.slots(), run, textTimings).encode(List.of(prompt)).get(prompt));
  }

  /** Everything but the VAE. */
  List<Undeveloped> latents(VideoRequest request) {
    List<Shot> shots = ShotList.of(request, new Random());
    shots.get(0).notices().forEach(log::info);
    log.info("Generating {}", request);
    Map<Prompt, PromptEmbeddings> texts =
        new TextEncoding(parts.slots(), run, textTimings).encode(texts(shots));
    List<Map<Branch, PromptEmbeddings>> embeddings =
        shots.stream().map(shot -> branches(shot.request(), texts)).toList();
    List<Generated> generated =
        new LatentGeneration(parts, previews, run).generate(shots, embeddings);
    List<Undeveloped> undeveloped = new ArrayList<>();
    for (Shot shot : shots) {
      Generated one = generated.get(shot.index());
      Map<Stage, Duration> timings = new EnumMap<>(Stage.class);
      timings.putAll(textTimings);
      timings.put(Stage.TRANSFORMER, one.duration());
      undeveloped.add(
          new Undeveloped(one.latents(), notices(shot, embeddings.get(shot.index())), timings));
    }
    return undeveloped;
  }

  /** The texts that have to be encoded, each once. */
  private static Set<Prompt> texts(List<Shot> shots) {
    Set<Prompt> texts = new LinkedHashSet<>();
    for (Shot shot : shots) {
      positive(shot.request()).ifPresent(texts::add);
    }
    for (Shot shot : shots) {
      negative(shot.request()).ifPresent(texts::add);
    }
    return texts;
  }

  private static Optional<Prompt> positive(VideoRequest request) {
    return request.prompt().map(text -> new Prompt(text, Medium.of(request.frames())));
  }

  private static Optional<Prompt> negative(VideoRequest request) {
    return request.usesGuidance()
        ? request.negativePrompt().map(text -> new Prompt(text, Medium.of(request.frames())))
        : Optional.empty();
  }

  private static Map<Branch, PromptEmbeddings> branches(
      VideoRequest request, Map<Prompt, PromptEmbeddings> texts) {
    Map<Branch, PromptEmbeddings> branches = new EnumMap<>(Branch.class);
    branches.put(
        Branch.POSITIVE, positive(request).map(texts::get).or(request::embeddings).orElseThrow());
    if (request.usesGuidance()) {
      branches.put(
          Branch.NEGATIVE,
          negative(request).map(texts::get).or(request::negativeEmbeddings).orElseThrow());
    }
    return branches;
  }

  private static List<String> notices(Shot shot, Map<Branch, PromptEmbeddings> embeddings) {
    List<String> notices = new ArrayList<>(shot.notices());
    embeddings.forEach(
        (branch, text) -> {
          if (text.droppedTokens() > 0) {
            notices.add(
                "the %s is longer than the %d tokens that the model reads; its last %d tokens had no influence"
                    .formatted(
                        branch == Branch.POSITIVE ? "prompt" : "negative prompt",
                        text.tokens(),
                        text.droppedTokens()));
          }
        });
    notices.stream().skip(shot.notices().size()).forEach(log::warn);
    return List.copyOf(notices);
  }
}
