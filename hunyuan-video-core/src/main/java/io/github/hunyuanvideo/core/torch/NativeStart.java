package io.github.hunyuanvideo.core.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import io.github.hunyuanvideo.api.NativeLibraryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads PyTorch's natives through DJL, or joins an engine that the application has started.
 *
 * <p>Settings that an application made for the whole process are respected: only what nobody has
 * set is set here, and logged.
 */
final class NativeStart {

  /** The name under which DJL knows its PyTorch engine. */
  static final String ENGINE = "PyTorch";

  private static final Logger log = LoggerFactory.getLogger(NativeStart.class);

  private static final String OFFLINE = "ai.djl.offline";
  private static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";
  private static final String DJL_CACHE = "DJL_CACHE_DIR";

  private NativeStart() {}

  /**
   * Makes sure that PyTorch runs in this JVM.
   *
   * @throws NativeLibraryException if there are no natives that fit, or they cannot be loaded
   */
  static LoadedNatives load() {
    stayOffline();
    NativeLibraries natives = NativeLibraries.find();
    boolean startedBefore = isRunning();
    if (!startedBefore) {
      if (natives.isFolder()) {
        tellFlavour(natives.flavour());
      } else {
        avoidSharedCache();
        discardDamagedCache(natives);
      }
      start(natives);
    }
    return new LoadedNatives(
        Engine.getEngine(ENGINE).getVersion(),
        natives.flavour(),
        LibUtils.getLibtorchPath(),
        !startedBefore);
  }

  private static void stayOffline() {
    if (System.getenv("DJL_OFFLINE") == null && System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
      log.debug("Set {}=true: nothing is downloaded at run time", OFFLINE);
    } else if (!Utils.isOfflineMode()) {
      log.warn(
          "The application set DJL online; left as it is, although this library downloads nothing");
    }
  }

  private static boolean isRunning() {
    try {
      return LibUtils.getLibtorchPath() != null;
    } catch (NullPointerException e) {
      return false; // DJL has no other way to say that nothing has been loaded yet
    }
  }

  /** Left to itself, DJL guesses a flavour for a folder whose bridge no longer exists. */
  private static void tellFlavour(String flavour) {
    if (Utils.getEnvOrSystemProperty(NativeLibraries.FLAVOUR) == null) {
      System.setProperty(NativeLibraries.FLAVOUR, flavour);
      log.info("Set {}={}", NativeLibraries.FLAVOUR, flavour);
    }
  }

  /**
   * Without a home folder DJL would unpack into a place that every user of the machine can write
   * to.
   */
  private static void avoidSharedCache() {
    boolean chosen =
        Utils.getEnvOrSystemProperty(ENGINE_CACHE) != null
            || Utils.getEnvOrSystemProperty(DJL_CACHE) != null;
    if (!chosen && !Files.isWritable(Path.of(System.getProperty("user.home", "")))) {
      Path folder = PrivateFolders.temporary();
      System.setProperty(ENGINE_CACHE, folder.toString());
      log.info("The home folder cannot be written to; natives are unpacked into {}", folder);
    }
  }

  /**
   * Unpacked files that do not have the sizes of those in the jar would end the JVM, or fail
   * without saying why.
   */
  private static void discardDamagedCache(NativeLibraries natives) {
    Path folder =
        Utils.getEngineCacheDir("pytorch")
            .resolve(natives.version() + "-" + natives.flavour() + "-" + natives.platform());
    if (!Files.exists(folder)) {
      return;
    }
    for (String library : natives.libraries()) {
      if (!isWhole(folder.resolve(library), natives.resourceFolder() + "/" + library)) {
        log.warn("{} is damaged; unpacking again", folder.resolve(library));
        Utils.deleteQuietly(folder);
        if (Files.exists(folder)) {
          throw new NativeLibraryException(
              "%s is damaged and could not be deleted; delete it, or set %s to another folder"
                  .formatted(folder, DJL_CACHE));
        }
        return;
      }
    }
  }

  private static boolean isWhole(Path unpacked, String resource) {
    try {
      URL url = ClassLoaderUtils.getResource(resource);
      if (url == null) {
        throw new NativeLibraryException("the jar with PyTorch's natives lacks " + resource);
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

  /**
   * DJL unpacks natives without guarding against another process that does so at the same moment;
   * holding a lock makes the second process wait and find them complete.
   */
  private static void start(NativeLibraries natives) {
    Path cache = Utils.getEngineCacheDir("pytorch");
    try {
      Files.createDirectories(cache);
      Path lockFile = cache.resolve("hunyuan-video.lock");
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        var unused = channel.lock();
        startEngine(natives, cache);
      }
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("Starting PyTorch without a lock in {}: {}", cache, e.toString());
      startEngine(natives, cache);
    }
  }

  private static void startEngine(NativeLibraries natives, Path cache) {
    try {
      Engine.getEngine(ENGINE);
    } catch (EngineException | LinkageError | AssertionError e) {
      throw new NativeLibraryException(
          "PyTorch's natives (%s) could not be loaded: %s. They are unpacked below %s: delete that folder if it may be damaged, or set %s to a folder that can be written to and has 600 MB left."
              .formatted(natives.origin(), rootMessage(e), cache, DJL_CACHE),
          e);
    }
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
