package io.github.hunyuanvideo.core.files;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar of resources in the making. */
final class PackedResources {

  static final String MANIFEST = "demo/files.txt";

  private final Path folder;
  private final Map<String, byte[]> resources = new LinkedHashMap<>();

  private PackedResources(Path folder) {
    this.folder = folder;
  }

  static PackedResources in(Path folder) {
    return new PackedResources(folder);
  }

  PackedResources with(String name, byte[] content) {
    resources.put(name, content);
    return this;
  }

  PackedResources with(String name, String content) {
    return with(name, content.getBytes(StandardCharsets.UTF_8));
  }

  PackedResources without(String name) {
    resources.remove(name);
    return this;
  }

  /** Adds {@link #MANIFEST}, or makes it anew, which lists what is below its folder so far. */
  PackedResources withManifest() {
    resources.remove(MANIFEST);
    StringBuilder lines = new StringBuilder();
    resources.forEach(
        (name, content) ->
            lines
                .append(Hashing.sha256().hashBytes(content))
                .append("  ")
                .append(content.length)
                .append("  ")
                .append(name.substring("demo/".length()))
                .append('\n'));
    return with(MANIFEST, lines.toString());
  }

  /** The jar. */
  Path jar() throws IOException {
    Path jar = folder.resolve("resources-" + UUID.randomUUID() + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
        zip.putNextEntry(new ZipEntry(resource.getKey()));
        zip.write(resource.getValue());
      }
    }
    return jar;
  }

  /** What the jar holds, and nothing else; to be closed by the caller. */
  URLClassLoader loader() throws IOException {
    return new URLClassLoader(new URL[] {jar().toUri().toURL()}, null);
  }
}
