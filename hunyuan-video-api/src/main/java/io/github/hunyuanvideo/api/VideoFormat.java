package io.github.hunyuanvideo.api;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** File formats that frames can be written in. */
public enum VideoFormat {
  /** H.264 in an MP4 container, yuv420p, playable by browsers. */
  MP4("mp4"),
  /** One image, lossless; only for a single frame. */
  PNG("png");

  private final String extension;

  VideoFormat(String extension) {
    this.extension = extension;
  }

  /**
   * The usual ending of a file's name.
   *
   * @return for example {@code mp4}, without the dot
   */
  public String extension() {
    return extension;
  }

  /**
   * Finds the format that a file's name asks for.
   *
   * @param file a file whose name ends in a known extension
   * @return the format
   * @throws IllegalArgumentException if the name ends otherwise; the message lists the endings
   */
  public static VideoFormat of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> name.endsWith("." + format.extension))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the file's name must end in %s, got %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(format -> "." + format.extension)
                                .collect(Collectors.joining(" or ")),
                            file)));
  }
}
