package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** One frame as a PNG image, without loss. Needs no natives. */
final class PngFile implements FrameFile {

  private final Path part;
  private boolean filled;

  PngFile(Path part) {
    this.part = part;
  }

  @Override
  public void add(Frame frame) throws IOException {
    if (filled) {
      throw new IllegalArgumentException(
          "a PNG file holds 1 frame, but a second one was written; save the frames as .mp4, or each as a .png of its own");
    }
    filled = true;
    // In memory first: ImageIO has a temporary file of its own otherwise, and hides why a disk
    // fails.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream image = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(frame.toImage(), "png", image)) {
        throw new IOException("this Java has no PNG writer; use one that has all of java.desktop");
      }
    }
    Files.write(part, bytes.toByteArray());
  }

  @Override
  public void complete() {}

  @Override
  public void close() {}
}
