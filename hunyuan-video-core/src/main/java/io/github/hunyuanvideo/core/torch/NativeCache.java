package io.github.hunyuanvideo.core.torch;

import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.files.FolderLock;
import io.github.hunyuanvideo.core.files.UnpackFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder into which DJL unpacks the natives of one of its engines. DJL takes for granted that
 * what lies there is whole, and that nobody else unpacks at the same moment; here both are made
 * sure.
 */
public final class NativeCache {

  private static final Logger log = LoggerFactory.getLogger(NativeCache.class);

  private final Path folder;

  private NativeCache(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder of an engine. Settles first, for the whole process, where DJL unpacks and that it
   * stays offline, unless the application has.
   *
   * @param engine DJL's name for the folder, for example {@code tokenizers}
   * @throws NativeLibraryException if there is no folder to unpack into
   */
  public static NativeCache of(String engine) {
    DjlSettings.apply();
    return new NativeCache(Utils.getEngineCacheDir(engine));
  }

  /** Where natives are unpacked, each version in a folder of its own; need not be there yet. */
  public Path folder() {
    return folder;
  }

  /** To be held while natives are unpacked and loaded. */
  public FolderLock lock() {
    return FolderLock.of(folder.resolve("hunyuan-video.lock"));
  }

  /**
   * What to do if natives from here cannot be loaded, as a sentence.
   *
   * @param space what they need, for example {@code 600 MB}
   */
  public String remedy(String space) {
    return "They are unpacked below %s: delete that folder if it may be damaged, or set the system property hunyuanvideo.cache (ENGINE_CACHE_DIR, if that is set) to a folder that can be written to, allows execution and has %s left."
        .formatted(folder, space);
  }

  /**
   * Makes sure that natives are whole, or can be unpacked. If a file is not as large as its
   * resource, all are deleted, so that DJL unpacks them again: loading half a library would end the
   * JVM.
   *
   * @param version the folder of one version, below {@link #folder()}
   * @param resources the resource of each file, by the file's name
   * @throws NativeLibraryException if something is damaged and cannot be deleted, or nothing can be
   *     unpacked here
   */
  public void prepare(String version, Map<String, String> resources) {
    Path unpacked = folder.resolve(version);
    if (!Files.exists(unpacked)) {
      requireWritable(unpacked);
      return;
    }
    resources.entrySet().stream()
        .filter(entry -> !isWhole(unpacked.resolve(entry.getKey()), entry.getValue()))
        .findFirst()
        .ifPresent(entry -> discard(unpacked, entry.getKey()));
  }

  private void requireWritable(Path unpacked) {
    try {
      if (Files.isWritable(Files.createDirectories(folder))) {
        return;
      }
    } catch (IOException e) {
      log.debug("{} cannot be made", folder, e);
    }
    throw new NativeLibraryException(
        "Natives would be unpacked into %s, but nothing can be written there. %s"
            .formatted(unpacked, UnpackFolder.REMEDY));
  }

  private static void discard(Path unpacked, String file) {
    log.warn("{} is damaged; unpacking again", unpacked.resolve(file));
    Utils.deleteQuietly(unpacked);
    if (Files.exists(unpacked)) {
      throw new NativeLibraryException(
          "%s in %s is damaged, and the folder could not be deleted; delete it, or set the system property hunyuanvideo.cache to another folder"
              .formatted(file, unpacked));
    }
  }

  private static boolean isWhole(Path unpacked, String resource) {
    try {
      URL url = ClassLoaderUtils.getResource(resource);
      if (url == null) {
        throw new NativeLibraryException(
            "the jar with the natives lacks %s; it is damaged, get it again".formatted(resource));
      }
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return Files.isRegularFile(unpacked)
            && Files.size(unpacked) == connection.getContentLengthLong();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
