package io.github.hunyuanvideo.core.files;

import com.google.common.base.Splitter;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text file among the resources that lists others: a line {@code sha256 size relative/path} for
 * each, where paths are relative to the manifest.
 *
 * @param resource the manifest's own name
 * @param hash of the manifest, and so of everything that it lists
 * @param entries in the order of the lines
 */
record ResourceManifest(String resource, HashCode hash, List<Entry> entries) {

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})\\s+(\\d{1,18})\\s+(\\S.*)");

  /** What is neither a separator, nor special to an operating system or to a shell. */
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_+@-][A-Za-z0-9._+@-]*");

  /**
   * One file.
   *
   * @param sha256 of its content
   * @param size in bytes
   * @param path below the manifest's folder, with {@code /} between its parts
   */
  record Entry(HashCode sha256, long size, String path) {}

  /**
   * Reads a manifest.
   *
   * @throws HunyuanVideoException if there is none, or a line is malformed or names a path that
   *     could lead out of the folder
   */
  static ResourceManifest read(ClassLoader loader, String resource) {
    byte[] bytes;
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new HunyuanVideoException(
            "there is no resource %s on the class path; the jar that should hold it is missing or damaged"
                .formatted(resource));
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new HunyuanVideoException(
          "the resource %s cannot be read: %s".formatted(resource, e), e);
    }
    List<Entry> entries = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    int number = 0;
    for (String line : Splitter.on('\n').split(new String(bytes, StandardCharsets.UTF_8))) {
      number++;
      if (!line.isBlank()) {
        Entry entry = entry(line.strip(), resource, number);
        if (!paths.add(entry.path())) {
          throw malformed(resource, number, "\"" + entry.path() + "\" is there twice");
        }
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      throw malformed(resource, number, "no file is listed");
    }
    return new ResourceManifest(resource, Hashing.sha256().hashBytes(bytes), List.copyOf(entries));
  }

  private static Entry entry(String line, String resource, int number) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw malformed(
          resource,
          number,
          "\"" + Excerpt.of(line) + "\" is not a SHA-256, a size in bytes and a path");
    }
    String path = matcher.group(3);
    for (String segment : Splitter.on('/').split(path)) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw malformed(
            resource,
            number,
            "the path \"%s\" must be relative, its parts of letters, digits and ._+@-, and not begin with a dot"
                .formatted(Excerpt.of(path)));
      }
    }
    return new Entry(HashCode.fromString(matcher.group(1)), Long.parseLong(matcher.group(2)), path);
  }

  private static HunyuanVideoException malformed(String resource, int line, String problem) {
    return new HunyuanVideoException("resource %s, line %d: %s".formatted(resource, line, problem));
  }

  /** The name of the resource that an entry stands for. */
  String resourceOf(Entry entry) {
    return resource.substring(0, resource.lastIndexOf('/') + 1) + entry.path();
  }

  /** The sizes of all files together. */
  long totalSize() {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
