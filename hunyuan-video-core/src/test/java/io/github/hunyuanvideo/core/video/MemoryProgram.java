package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Repeats one way of using the encoder, and prints by how many kB the process has grown. */
final class MemoryProgram {

  private static final int ROUNDS = 200;
  private static final VideoSize SIZE = VideoSize.of(128, 96);

  /** What is repeated. */
  enum Use {
    FINISHED {
      @Override
      void run(Path folder) {
        Scene.smooth(SIZE, 3).encode(FfmpegVideoEncoder.create(), folder.resolve("whole.mp4"));
      }
    },
    ABANDONED {
      @Override
      void run(Path folder) {
        try (FrameWriter writer =
            FfmpegVideoEncoder.create()
                .open(folder.resolve("never.mp4"), VideoFormat.MP4, SIZE, 24)) {
          writer.write(Scene.smooth(SIZE, 1).frames().apply(0));
        }
      }
    },
    FAILING_WHEN_THE_MUXER_OPENS {
      @Override
      void run(Path folder) {
        Path nowhere = folder.resolve("missing").resolve("file");
        try (Mp4File file = new Mp4File(nowhere, FfmpegLibrary.load().h264(), SIZE, 24, 20)) {
          file.complete();
        } catch (FfmpegException e) {
          // as it should be
        }
      }
    };

    abstract void run(Path folder);
  }

  private MemoryProgram() {}

  public static void main(String[] arguments) throws IOException {
    Use use = Use.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Path folder = Path.of(arguments[1]);
    repeat(use, folder);
    long before = residentKilobytes();
    repeat(use, folder);
    System.out.println(residentKilobytes() - before);
  }

  private static void repeat(Use use, Path folder) {
    for (int round = 0; round < ROUNDS; round++) {
      use.run(folder);
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
