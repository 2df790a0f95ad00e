package io.github.hunyuanvideo.core.files;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Unpacks the resources of a jar at a given moment, and prints where they are. */
final class UnpackProgram {

  private UnpackProgram() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    URL jar = Path.of(arguments[0]).toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, null)) {
      Duration rest = Duration.between(Instant.now(), Instant.parse(arguments[1]));
      Thread.sleep(Math.max(0, rest.toMillis()));
      System.out.println(ResourceUnpacker.unpack("demo", loader, PackedResources.MANIFEST));
    }
  }
}
