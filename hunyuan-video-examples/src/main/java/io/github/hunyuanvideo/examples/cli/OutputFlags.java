package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.files.PendingFile;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that say where results go. */
final class OutputFlags {

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "the video's file; .mp4, or .png for a single frame. Several videos get _2, _3, … behind the name; earlier files of these names are replaced")
  private @Nullable Path output;

  @Option(
      names = "--save-path",
      paramLabel = "FOLDER",
      description =
          "folder for files that are named by time, seed and prompt, and a number if that is needed to keep an earlier one; default ./results")
  private Path savePath = Path.of("results");

  @Option(
      names = "--save-path-suffix",
      paramLabel = "TEXT",
      description = "appended to the folder's name with an underscore")
  private String savePathSuffix = "";

  @Option(
      names = "--save-latents",
      paramLabel = "FILE",
      description =
          "writes the latents after the last step, undivided by the scaling factor: safetensors, tensor \"latents\", float32 (videos, 16, T, h, w)")
  private @Nullable Path saveLatents;

  @Option(
      names = "--save-frames",
      paramLabel = "FILE",
      description = "writes the frames: safetensors, tensor \"frames_uint8\" (videos, T, H, W, 3)")
  private @Nullable Path saveFrames;

  /**
   * Refuses what cannot be written, before anything is computed.
   *
   * @param request what will be computed
   * @param encoder what will write it
   * @throws IOException if nothing can be written where a file shall be
   */
  void check(VideoRequest request, VideoEncoder encoder) throws IOException {
    VideoFormat format = format(request.frames());
    if (format == VideoFormat.PNG && request.frames() > 1) {
      throw new IllegalArgumentException(
          "--output %s: a PNG file holds 1 frame, %d were asked for; end the name in .mp4"
              .formatted(output, request.frames()));
    }
    encoder.requireEncodable(format, request.size().roundedUp(), VideoRequest.FRAMES_PER_SECOND);
    requireDifferent("--save-latents", saveLatents, "--save-frames", saveFrames);
    requireDifferent("--output", output, "--save-latents", saveLatents);
    requireDifferent("--output", output, "--save-frames", saveFrames);
    requireWritable("--output", output);
    requireWritable("--save-latents", saveLatents);
    requireWritable("--save-frames", saveFrames);
    if (output == null) {
      requireWritable("--save-path", folder().resolve("video." + format.extension()));
    }
  }

  /** The format of every video of so many frames. */
  VideoFormat format(int frames) {
    if (output != null) {
      return FlagValue.read("--output", output, VideoFormat::of);
    }
    return frames == 1 ? VideoFormat.PNG : VideoFormat.MP4;
  }

  private static void requireDifferent(
      String flag, @Nullable Path file, String otherFlag, @Nullable Path other) {
    if (file != null && other != null && normal(file).equals(normal(other))) {
      throw new IllegalArgumentException(
          "%s and %s both name %s; give each a file of its own".formatted(flag, otherFlag, file));
    }
  }

  private static Path normal(Path file) {
    return file.toAbsolutePath().normalize();
  }

  private static void requireWritable(String flag, @Nullable Path file) throws IOException {
    if (file == null) {
      return;
    }
    try {
      PendingFile.beside(file).discard();
    } catch (IOException e) {
      throw new IOException(
          "%s: %s cannot be written (%s); choose another place"
              .formatted(flag, file, CommandLineProgram.reason(e)),
          e);
    }
  }

  /** Writes the latents if that was asked for. */
  void write(List<Latents> latents) throws IOException {
    if (saveLatents == null) {
      return;
    }
    int[] shape = latents.get(0).values().shape();
    shape[0] = latents.size();
    int size = latents.get(0).values().size();
    float[] all = new float[Math.multiplyExact(size, latents.size())];
    for (int i = 0; i < latents.size(); i++) {
      latents.get(i).values().asBuffer().get(all, i * size, size);
    }
    new SafetensorsWriter().add("latents", FloatTensor.wrap(all, shape)).write(saveLatents);
  }

  /** Whether {@link #writeFrames} will want the videos. */
  boolean savesFrames() {
    return saveFrames != null;
  }

  /** Writes all frames into one file if that was asked for. */
  void writeFrames(List<Video> videos) throws IOException {
    if (saveFrames == null) {
      return;
    }
    Video first = videos.get(0);
    long[] shape = {
      videos.size(), first.frameCount(), first.size().height(), first.size().width(), 3
    };
    new SafetensorsWriter()
        .add("frames_uint8", ScalarType.UINT8, shape, channel -> writeFrames(videos, channel))
        .write(saveFrames);
  }

  private static void writeFrames(List<Video> videos, WritableByteChannel channel)
      throws IOException {
    for (Video video : videos) {
      for (var frame : video.frames()) {
        ByteBuffer bytes = frame.asBuffer();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    }
  }

  /** The file of one of the videos. */
  Path file(Video video, String prompt, int index, LocalDateTime now) {
    if (output != null) {
      return index == 0 ? output : OutputName.numbered(output, index + 1);
    }
    String name = OutputName.of(now, video.seed().orElse(null), prompt);
    return OutputName.untaken(
        folder().resolve(name + "." + format(video.frameCount()).extension()));
  }

  private Path folder() {
    String suffix = OutputName.safe(savePathSuffix);
    return suffix.isEmpty() ? savePath : Path.of(savePath + "_" + suffix);
  }
}
