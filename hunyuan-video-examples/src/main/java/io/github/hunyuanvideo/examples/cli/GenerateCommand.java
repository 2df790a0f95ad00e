package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Video;
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
import java.util.List;
import java.util.Locale;
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
        "Generates videos or images from a prompt. Flags have the names of the official program.",
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
    output.check(wanted.frames());
    out.println(firstLine(wanted));
    out.flush();
    if (!wanted.size().isMultiple()) {
      out.println("The size was rounded up from %s, to multiples of 16.".formatted(wanted.size()));
    }
    CheckpointTree tree = tree(named, demo, out);
    fixed.check(tree);
    generate(wanted, tree, out);
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

  private static CheckpointTree tree(
      @Nullable CheckpointTree named, @Nullable DemoSettings demo, PrintWriter out) {
    if (named != null) {
      out.println("Checkpoints: " + named.root());
      return named;
    }
    if (demo != null) {
      out.println(demo.introduction());
    }
    out.flush();
    return CheckpointTree.at(DemoModel.unpack());
  }

  private void generate(VideoRequest wanted, CheckpointTree tree, PrintWriter out)
      throws IOException {
    // Finds missing natives before an hour of computing, not after.
    FfmpegVideoEncoder.describe();
    try (HunyuanVideoPipeline pipeline =
        model.apply(HunyuanVideoPipeline.builder().checkpoints(tree)).build()) {
      Thread cancelling = new Thread(pipeline::close, "cancel");
      Runtime.getRuntime().addShutdownHook(cancelling);
      try (ConsoleProgress progress = new ConsoleProgress()) {
        // Latents are written before they are decoded, so that an hour's work outlives a failure of
        // the VAE.
        List<Latents> latents = pipeline.denoise(wanted, progress);
        output.write(latents);
        List<Video> kept = new ArrayList<>();
        for (int i = 0; i < latents.size(); i++) {
          Video video = pipeline.decode(latents.get(i), progress);
          LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
          Path file = output.file(video, prompt(wanted), i, now);
          video.save(file);
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
    video.notices().forEach(notice -> out.println("Note: " + notice));
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
