package io.github.hunyuanvideo.core.testing;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The golden data as files, for tests that need no engine. */
public final class GoldenFiles {

  private GoldenFiles() {}

  /** A file or folder of the golden data, for example {@code tiny-ckpts}. */
  public static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(GoldenFiles.class.getResource("/golden/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
