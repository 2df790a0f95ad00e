package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.FloatTensorFile;
import io.github.hunyuanvideo.examples.demo.DemoSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Flags that say what to generate. Names and defaults are the official program's; the demo model
 * has defaults of its own.
 */
final class RequestFlags {

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "what to show")
  private String prompt = "";

  @Option(
      names = "--neg-prompt",
      paramLabel = "TEXT",
      description =
          "what not to show; only with --cfg-scale above 1. Default is a built-in list of flaws")
  private @Nullable String negPrompt;

  @Option(
      names = "--video-size",
      arity = "1..2",
      paramLabel = "N",
      description = "height and width, in this order; one value for a square. Default 720 1280")
  private @Nullable List<Integer> videoSize;

  @Option(
      names = "--video-length",
      paramLabel = "N",
      description = "frames, 1 or 4n + 1; default 129")
  private @Nullable Integer videoLength;

  @Option(names = "--infer-steps", paramLabel = "N", description = "denoising steps; default 50")
  private @Nullable Integer inferSteps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the first video, the next ones count up; random if it is left out")
  private @Nullable Long seed;

  @Option(names = "--num-videos", paramLabel = "N", description = "how many videos; default 1")
  private int numVideos = 1;

  @Option(
      names = "--cfg-scale",
      paramLabel = "X",
      description = "true classifier-free guidance, on above 1; default 1")
  private double cfgScale = 1;

  @Option(
      names = "--embedded-cfg-scale",
      paramLabel = "X",
      description = "the guidance scale that distilled models take as an input; default 6")
  private @Nullable Double embeddedCfgScale;

  @Option(
      names = "--flow-shift",
      paramLabel = "X",
      description = "how far the schedule is shifted towards noise; default 7")
  private @Nullable Double flowShift;

  @Option(
      names = "--init-latents",
      paramLabel = "FILE",
      description =
          "a safetensors file whose tensor \"latents\", float32 (videos, 16, T, h, w), takes the place of noise")
  private @Nullable Path initLatents;

  /**
   * The request.
   *
   * @param demo what the demo model was trained for, or null for another model
   */
  VideoRequest request(@Nullable DemoSettings demo) {
    VideoRequest.Builder request =
        VideoRequest.builder().prompt(prompt).videosPerPrompt(numVideos).guidanceScale(cfgScale);
    if (demo != null) {
      demo.apply(request);
    }
    if (videoSize != null) {
      if (videoSize.size() > 2) {
        throw new IllegalArgumentException(
            "--video-size takes height and width, or one value for a square; got " + videoSize);
      }
      request.size(videoSize.get(videoSize.size() - 1), videoSize.get(0));
    }
    if (videoLength != null) {
      request.frames(videoLength);
    }
    if (inferSteps != null) {
      request.steps(inferSteps);
    }
    if (seed != null) {
      request.seed(seed);
    }
    if (embeddedCfgScale != null) {
      request.embeddedGuidance(embeddedCfgScale);
    }
    if (flowShift != null) {
      request.flowShift(flowShift);
    }
    if (negPrompt != null) {
      request.negativePrompt(negPrompt);
    }
    if (initLatents != null) {
      FloatTensor latents = FloatTensorFile.read(initLatents, "latents");
      request.latents(latents).seeds();
    }
    return request.build();
  }
}
