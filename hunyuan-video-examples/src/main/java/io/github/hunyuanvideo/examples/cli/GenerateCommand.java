package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.video.FfmpegVideoEncoder;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import io.github.hunyuanvideo.examples.demo.DemoSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate}: from a prompt to a file. */
@Command(
    name = "generate",
    description =
        "Generates videos or images from a prompt. Flags have the names and defaults of the official program; the embedded demo model has its own size, length, steps and seed.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private RequestFlags request;

  @Mixin private OutputFlags output;

  @Mixin private CheckpointFlags checkpoints;

  @Mixin private ModelFlags model;

  @Mixin private FixedFlags fixed;

  GenerateCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    fixed.check();
    CheckpointTree named = checkpoints.tree();
    DemoSettings demo = named == null ? DemoSettings.read() : null;
    VideoRequest wanted = request.request(demo);
    VideoEncoder encoder = FfmpegVideoEncoder.create();
    output.check(wanted, encoder);
    if (output.format(wanted.frames()) == VideoFormat.MP4) {
      FfmpegVideoEncoder.describe(); // finds missing natives before an hour of computing
    }
    out.println(firstLine(wanted));
    request.notice().ifPresent(notice -> out.println("Note: " + notice));
    out.flush();
    CheckpointTree tree = tree(named, demo, out);
    fixed.check(tree);
    generate(
        wanted,
        model.apply(HunyuanVideoPipeline.builder().checkpoints(tree)).videoEncoder(encoder),
        out);
    return ExitCode.OK.code();
  }

  private static String firstLine(VideoRequest request) {
    VideoSize size = request.size().roundedUp();
    String length =
        request.frames() == 1
            ? "1 frame"
            : String.format(
                Locale.ROOT,
                "%d frames (%.1f s)",
                request.frames(),
                request.frames() / (double) VideoRequest.FRAMES_PER_SECOND);
    return "%s, %s, %s".formatted(size, size.orientation(), length);
  }

  private CheckpointTree tree(
      @Nullable CheckpointTree named, @Nullable DemoSettings demo, PrintWriter out) {
    if (named != null) {
      out.println("Checkpoints: " + named.root());
      return named;
    }
    if (demo != null) {
      out.println(demo.introduction());
    }
    out.flush();
    return checkpoints.of(DemoModel.unpack());
  }

  private void generate(VideoRequest wanted, HunyuanVideoPipeline.Builder opening, PrintWriter out)
      throws IOException {
    try (HunyuanVideoPipeline pipeline = opening.build()) {
      Thread cancelling = new Thread(pipeline::close, "cancel");
      Runtime.getRuntime().addShutdownHook(cancelling);
      try (ConsoleProgress progress = new ConsoleProgress()) {
        // Latents are written before they are decoded, so that an hour's work outlives a failure of
        // the VAE.
        List<Latents> latents = pipeline.denoise(wanted, progress);
        output.write(latents);
        List<Video> kept = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (int i = 0; i < latents.size(); i++) {
          Video video = pipeline.decode(latents.get(i), progress);
          LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
          Path file = output.file(video, prompt(wanted), i, now);
          video.save(file);
          video.notices().stream()
              .filter(told::add)
              .forEach(notice -> out.println("Note: " + notice));
          report(video, file, out);
          if (output.savesFrames()) {
            kept.add(video);
          }
        }
        output.writeFrames(kept);
      } finally {
        removeHook(cancelling);
      }
    }
  }

  private static void report(Video video, Path file, PrintWriter out) {
    video.seed().ifPresent(seed -> out.println("Seed " + seed));
    out.println("Wrote " + file);
    out.flush();
  }

  private static String prompt(VideoRequest request) {
    return request.prompt().orElse("");
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook is what cancelled this generation.
    }
  }
}
