package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.checkpoint.FloatTensorFile;
import io.github.hunyuanvideo.examples.demo.DemoSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Flags that say what to generate. Names and defaults are the official program's; the demo model
 * has defaults of its own.
 */
final class RequestFlags {

  /** What a byte becomes that has no meaning in the character set of the locale. */
  private static final char LOST = '\uFFFD';

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
      description =
          "seed of the first video, the next ones count up; random if it is left out, or the demo model's own")
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
          "a safetensors file whose tensor \"latents\", float32 (videos, 16, T, h, w), takes the place of noise and seed")
  private @Nullable Path initLatents;

  /**
   * The request.
   *
   * @param demo what the demo model was trained for, or null for another model
   */
  VideoRequest request(@Nullable DemoSettings demo) {
    VideoRequest.Builder request = VideoRequest.builder();
    FlagValue.pass("--prompt", prompt, text -> request.prompt(legible(text)));
    if (demo != null) {
      demo.apply(request);
    }
    FlagValue.pass("--num-videos", numVideos, request::videosPerPrompt);
    FlagValue.pass("--cfg-scale", cfgScale, request::guidanceScale);
    FlagValue.pass("--video-size", videoSize, size -> request.size(size(size)));
    FlagValue.pass("--video-length", videoLength, request::frames);
    FlagValue.pass("--infer-steps", inferSteps, request::steps);
    FlagValue.pass("--seed", seed, request::seed);
    FlagValue.pass("--embedded-cfg-scale", embeddedCfgScale, request::embeddedGuidance);
    FlagValue.pass("--flow-shift", flowShift, request::flowShift);
    FlagValue.pass("--neg-prompt", negPrompt, text -> request.negativePrompt(legible(text)));
    FlagValue.pass("--init-latents", initLatents, file -> request.latents(latents(file)));
    return request.build();
  }

  /** What the flags say and the request will not do, in a sentence. */
  Optional<String> notice() {
    return seed != null && initLatents != null
        ? Optional.of("--seed has no effect, --init-latents takes the place of noise")
        : Optional.empty();
  }

  /** In a container without a locale, letters beyond ASCII do not reach a Java program. */
  private static String legible(String text) {
    if (text.indexOf(LOST) >= 0) {
      throw new IllegalArgumentException(
          "letters of the text were lost on their way to this program, got \"%s\"; set the environment variable LC_ALL to C.UTF-8"
              .formatted(text));
    }
    return text;
  }

  private static VideoSize size(List<Integer> heightAndWidth) {
    if (heightAndWidth.size() > 2) {
      throw new IllegalArgumentException(
          "it takes height and width, or one value for a square; got " + heightAndWidth);
    }
    return VideoSize.of(heightAndWidth.get(heightAndWidth.size() - 1), heightAndWidth.get(0));
  }

  private static FloatTensor latents(Path file) {
    return FloatTensorFile.read(file, "latents");
  }
}
