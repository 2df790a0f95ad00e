package io.github.hunyuanvideo.core.files;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resources of a jar, as files that can be mapped.
 *
 * <p>They are unpacked once, into a folder that is named after what is in it, which appears whole
 * or not at all. Every start reads the files and compares their SHA-256, so that nothing is used
 * that is not what was packed; what was damaged is unpacked again. Any number of processes may do
 * this at the same moment.
 */
public final class ResourceUnpacker {

  private static final Logger log = LoggerFactory.getLogger(ResourceUnpacker.class);

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  /** Of the manifest's hash; enough to tell versions apart. */
  private static final int HASH_DIGITS = 16;

  /** After which a folder in the making belongs to a process that was ended. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final ClassLoader loader;
  private final ResourceManifest manifest;
  private final Path cache;
  private final Path folder;

  private ResourceUnpacker(Path cache, String name, ClassLoader loader, ResourceManifest manifest) {
    this.loader = loader;
    this.manifest = manifest;
    this.cache = cache;
    this.folder = cache.resolve(name + "-" + manifest.hash().toString().substring(0, HASH_DIGITS));
  }

  /**
   * Makes sure that resources are there as files.
   *
   * @param name what they are, the beginning of the folder's name
   * @param loader whose resources
   * @param manifest the name of a resource with a line {@code sha256 size relative/path} for each
   *     file; paths are relative to it
   * @return the folder that holds the files, below the one that {@link UnpackFolder} chooses
   * @throws HunyuanVideoException if the manifest or a resource is missing or malformed, or there
   *     is no folder to unpack into; the message says what to set
   */
  public static Path unpack(String name, ClassLoader loader, String manifest) {
    return unpack(UnpackFolder.forResources(), name, loader, manifest);
  }

  /** Unpacks into a given folder. */
  static Path unpack(Path cache, String name, ClassLoader loader, String manifest) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name must be lower-case letters, digits and ._-, got \"" + name + "\"");
    }
    return new ResourceUnpacker(cache, name, loader, ResourceManifest.read(loader, manifest))
        .whole();
  }

  private Path whole() {
    if (problem().isEmpty()) {
      return folder; // nothing is written, not even a lock
    }
    try (FolderLock lock = FolderLock.of(cache.resolve(folder.getFileName() + ".lock"))) {
      Optional<String> problem = problem();
      if (problem.isPresent()) {
        replace(problem.get());
      }
      return folder;
    }
  }

  /** What is wrong with the folder; empty if it is whole. */
  private Optional<String> problem() {
    if (!Files.isDirectory(folder)) {
      return Optional.of(Files.exists(folder) ? "it is no folder" : "it is not there");
    }
    return manifest.entries().stream().map(this::problem).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> problem(ResourceManifest.Entry entry) {
    Path file = folder.resolve(entry.path());
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.of(entry.path() + " is missing");
      } else if (Files.size(file) != entry.size()) {
        return Optional.of(
            "%s has %d bytes instead of %d"
                .formatted(entry.path(), Files.size(file), entry.size()));
      }
      HashCode hash = MoreFiles.asByteSource(file).hash(Hashing.sha256());
      return hash.equals(entry.sha256())
          ? Optional.empty()
          : Optional.of(entry.path() + " has another SHA-256 than it was packed with");
    } catch (IOException e) {
      return Optional.of(entry.path() + " cannot be read: " + e);
    }
  }

  private void replace(String problem) {
    if (Files.exists(folder)) {
      log.warn("{} is damaged, {}; unpacking again", folder, problem);
    }
    try {
      discardAbandoned();
      Path part = Files.createTempDirectory(cache, partPrefix());
      try {
        for (ResourceManifest.Entry entry : manifest.entries()) {
          copy(entry, part.resolve(entry.path()));
        }
        publish(part);
      } finally {
        delete(part);
      }
      log.info("Unpacked {} bytes into {}", manifest.totalSize(), folder);
    } catch (IOException e) {
      throw new HunyuanVideoException(
          "%s cannot be used, since %s, and could not be unpacked (%s); that takes %d bytes. %s"
              .formatted(folder, problem, e, manifest.totalSize(), UnpackFolder.REMEDY),
          e);
    }
  }

  private String partPrefix() {
    return "." + folder.getFileName() + ".part-";
  }

  private void copy(ResourceManifest.Entry entry, Path file) throws IOException {
    String resource = manifest.resourceOf(entry);
    Files.createDirectories(file.getParent());
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new HunyuanVideoException(
            "%s lists %s, but there is no such resource; the jar is damaged, get it again"
                .formatted(manifest.resource(), resource));
      }
      HashingInputStream hashing = new HashingInputStream(Hashing.sha256(), in);
      Files.copy(hashing, file);
      HashCode hash = hashing.hash();
      if (!hash.equals(entry.sha256())) {
        throw new HunyuanVideoException(
            "the resource %s has the SHA-256 %s, %s says %s; the jar is damaged, get it again"
                .formatted(resource, hash, manifest.resource(), entry.sha256()));
      }
    }
  }

  /** Gives the files their name in one step, after what was there before has lost it. */
  private void publish(Path part) throws IOException {
    if (Files.exists(folder)) {
      Path old = cache.resolve(partPrefix() + UUID.randomUUID());
      Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
      delete(old);
    }
    try {
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (problem().isPresent()) {
        throw e;
      }
      log.debug("Another process was faster, on a disk without locks", e);
    }
  }

  /** What processes left behind that were ended while they unpacked. */
  private void discardAbandoned() throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(cache, partPrefix() + "*")) {
      for (Path part : parts) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
          delete(part);
        }
      }
    }
  }

  private static void delete(Path folder) {
    try {
      if (Files.exists(folder)) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      log.warn("{} could not be deleted: {}", folder, e.toString());
    }
  }
}
