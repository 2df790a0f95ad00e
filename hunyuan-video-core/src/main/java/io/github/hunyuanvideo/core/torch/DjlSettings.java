package io.github.hunyuanvideo.core.torch;

import ai.djl.util.Utils;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's settings for the whole process, as far as natives need them before they are loaded. What an
 * application has set is respected: only what nobody has set is set here, and logged.
 */
final class DjlSettings {

  static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";
  private static final String DJL_CACHE = "DJL_CACHE_DIR";
  private static final String OFFLINE = "ai.djl.offline";

  /** Where DJL unpacks below the home folder. */
  private static final String USUAL_CACHE = ".djl.ai";

  private static final Logger log = LoggerFactory.getLogger(DjlSettings.class);

  private DjlSettings() {}

  /**
   * Makes sure that DJL stays offline, and unpacks where no other user can write.
   *
   * @throws NativeLibraryException if there is no folder to unpack into
   */
  static synchronized void apply() {
    stayOffline();
    chooseCache();
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

  private static void chooseCache() {
    if (isSet(Utils.getEnvOrSystemProperty(ENGINE_CACHE))
        || isSet(Utils.getEnvOrSystemProperty(DJL_CACHE))) {
      return;
    }
    try {
      UnpackFolder.forNatives("djl", USUAL_CACHE)
          .ifPresent(
              folder -> {
                System.setProperty(ENGINE_CACHE, folder.toString());
                log.info("Set {}={}: natives are unpacked there", ENGINE_CACHE, folder);
              });
    } catch (HunyuanVideoException e) {
      throw new NativeLibraryException(
          "There is no folder to unpack natives into. " + e.getMessage(), e);
    }
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }
}
