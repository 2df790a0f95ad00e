package io.github.hunyuanvideo.core.torch;

import ai.djl.util.Utils;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.files.UnpackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's settings for the whole process, as far as natives need them before they are loaded. What an
 * application has set is respected: only what nobody has set is set here, and logged.
 */
final class DjlSettings {

  private static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";
  private static final String DJL_CACHE = "DJL_CACHE_DIR";
  private static final String OFFLINE = "ai.djl.offline";

  /** JNA is how DJL looks for GPUs; it brings a library too. */
  private static final String JNA_CACHE = "jna.tmpdir";

  private static final Logger log = LoggerFactory.getLogger(DjlSettings.class);

  private DjlSettings() {}

  /**
   * Makes sure that DJL stays offline, and unpacks where no other user can write.
   *
   * @throws NativeLibraryException if there is no folder to unpack into
   */
  static synchronized void apply() {
    stayOffline();
    chooseCaches();
  }

  private static void stayOffline() {
    if (System.getenv("DJL_OFFLINE") == null && System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
      log.debug("Set {}=true: nothing is downloaded at run time", OFFLINE);
    } else if (!Utils.isOfflineMode()) {
      log.warn(
          "The application set DJL online ({}); left as it is, so that DJL may download what it does not find",
          OFFLINE);
    }
  }

  private static void chooseCaches() {
    try {
      if (!isSet(Utils.getEnvOrSystemProperty(ENGINE_CACHE))
          && !isSet(Utils.getEnvOrSystemProperty(DJL_CACHE))) {
        UnpackFolder.forNatives("djl", ".djl.ai").ifPresent(folder -> set(ENGINE_CACHE, folder));
      }
      if (!isSet(System.getProperty(JNA_CACHE))) {
        UnpackFolder.forNatives("jna", ".cache/JNA")
            .filter(DjlSettings::canBeWrittenTo)
            .ifPresent(folder -> set(JNA_CACHE, folder));
      }
    } catch (HunyuanVideoException e) {
      throw new NativeLibraryException(
          "There is no folder to unpack natives into. " + e.getMessage(), e);
    }
  }

  /** JNA unpacks anew at each start, so that a folder with what it needs is not enough for it. */
  private static boolean canBeWrittenTo(Path folder) {
    try {
      return Files.isWritable(Files.createDirectories(folder));
    } catch (IOException e) {
      log.debug("JNA is left to itself, {} cannot be made", folder, e);
      return false;
    }
  }

  private static void set(String property, Path folder) {
    System.setProperty(property, folder.toString());
    log.info("Set {}={}: natives are unpacked there", property, folder);
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }
}
