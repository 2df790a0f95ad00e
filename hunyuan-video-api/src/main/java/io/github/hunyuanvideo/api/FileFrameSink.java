package io.github.hunyuanvideo.api;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Hands frames on to a {@link FrameWriter} of the pipeline's encoder. */
final class FileFrameSink implements FrameSink {

  private final Path file;
  private final VideoFormat format;
  private @Nullable FrameWriter writer;

  FileFrameSink(Path file, VideoFormat format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public void requireAcceptable(Description description) {
    if (writer != null) {
      throw new IllegalStateException("this sink has taken a video already: " + file);
    }
    if (format == VideoFormat.PNG && description.frames() > 1) {
      throw new IllegalArgumentException(
          "a PNG file holds 1 frame, the video has %d; write %s as .mp4 instead"
              .formatted(description.frames(), file));
    }
    description
        .encoder()
        .requireEncodable(format, description.size(), description.framesPerSecond());
  }

  @Override
  public void begin(Description description) {
    requireAcceptable(description);
    writer =
        description.encoder().open(file, format, description.size(), description.framesPerSecond());
  }

  @Override
  public void frame(Frame frame) {
    opened().write(frame);
  }

  @Override
  public void end() {
    try (FrameWriter whole = opened()) {
      whole.finish();
    }
  }

  @Override
  public void abort() {
    opened().close();
  }

  private FrameWriter opened() {
    if (writer == null) {
      throw new IllegalStateException("no video was begun for " + file);
    }
    return writer;
  }
}
