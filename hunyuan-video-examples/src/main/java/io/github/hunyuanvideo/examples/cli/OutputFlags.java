package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
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
          "the video's file; .mp4, or .png for a single frame. Several videos get _2, _3, … behind the name")
  private @Nullable Path output;

  @Option(
      names = "--save-path",
      paramLabel = "FOLDER",
      description = "folder for files that are named by time, seed and prompt; default ./results")
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

  /** Refuses what cannot be written, before anything is computed. */
  void check(int frames) {
    if (output != null && VideoFormat.of(output) == VideoFormat.PNG && frames > 1) {
      throw new IllegalArgumentException(
          "--output %s: a PNG file holds 1 frame, %d were asked for; end the name in .mp4"
              .formatted(output, frames));
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
    String folder =
        savePathSuffix.isEmpty()
            ? savePath.toString()
            : savePath + "_" + OutputName.safe(savePathSuffix);
    String extension = (video.isImage() ? VideoFormat.PNG : VideoFormat.MP4).extension();
    return Path.of(folder)
        .resolve(OutputName.of(now, video.seed().orElse(null), prompt) + "." + extension);
  }
}
