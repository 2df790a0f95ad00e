package io.github.hunyuanvideo.core.video;

import com.google.common.base.Throwables;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.files.UnpackFolder;
import java.io.IOException;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FFmpeg, loaded from the natives on the class path. Settings that an application made for the
 * whole process are respected: only what nobody has set is set here, and logged.
 */
final class FfmpegLibrary {

  private static final Logger log = LoggerFactory.getLogger(FfmpegLibrary.class);

  private static final String H264_ENCODER = "libopenh264";
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String CACHE_TOO = "org.bytedeco.javacpp.cacheDir";

  /** Where JavaCPP unpacks below the home folder. */
  private static final String USUAL_CACHE = ".javacpp/cache";

  private static final String LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final String LIMIT_TOO = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final String FITTING_FOLDER =
      "a folder that can be written to, allows execution and has 80 MB left";

  private FfmpegLibrary() {}

  /**
   * Makes sure that FFmpeg is in this JVM.
   *
   * @throws NativeLibraryException if its natives are missing or cannot be loaded; the message
   *     prints what to add or change
   */
  static FfmpegLibrary load() {
    chooseCache();
    allowLargeProcess();
    try {
      // The first call of each makes JavaCPP unpack and load it.
      log.debug(
          "libavutil {}, libswscale {}, libavcodec {}, libavformat {}",
          avutil.avutil_version(),
          swscale.swscale_version(),
          avcodec.avcodec_version(),
          avformat.avformat_version());
    } catch (LinkageError e) {
      throw notLoaded(e);
    }
    keepQuiet();
    return new FfmpegLibrary();
  }

  /**
   * The encoder for H.264.
   *
   * @throws NativeLibraryException if this FFmpeg was built without it
   */
  AVCodec h264() {
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(H264_ENCODER);
    if (codec == null) {
      throw new NativeLibraryException(
          "FFmpeg %s on the class path has no %s. %s"
              .formatted(avutil.av_version_info().getString(), H264_ENCODER, coordinates()));
    }
    return codec;
  }

  FfmpegBuild build() {
    return new FfmpegBuild(
        avutil.av_version_info().getString(),
        h264().name().getString(),
        avutil.avutil_license().getString());
  }

  /** Left to itself, JavaCPP may unpack where every user of the machine can write to. */
  private static void chooseCache() {
    if (System.getProperty(CACHE) != null || System.getProperty(CACHE_TOO) != null) {
      return;
    }
    try {
      UnpackFolder.forNatives("javacpp", USUAL_CACHE)
          .ifPresent(
              folder -> {
                System.setProperty(CACHE, folder.toString());
                log.info("Set {}={}: natives are unpacked there", CACHE, folder);
              });
    } catch (HunyuanVideoException e) {
      throw new NativeLibraryException(
          "There is no folder to unpack FFmpeg's natives into. %s Only for FFmpeg, the system property %s does the same."
              .formatted(e.getMessage(), CACHE),
          e);
    }
  }

  /**
   * JavaCPP does not start in a process of more than four times the largest heap, which one that
   * holds a model outside of the heap easily is.
   */
  private static void allowLargeProcess() {
    if (System.getProperty(LIMIT) == null && System.getProperty(LIMIT_TOO) == null) {
      System.setProperty(LIMIT, "0");
      log.debug("Set {}=0: the process may be much larger than its heap", LIMIT);
    }
  }

  /** FFmpeg tells standard error what it does, unless somebody has chosen how much it may say. */
  private static void keepQuiet() {
    if (avutil.av_log_get_level() == avutil.AV_LOG_INFO) {
      avutil.av_log_set_level(avutil.AV_LOG_ERROR);
      log.debug("FFmpeg's log level was the default; set to errors only");
    }
  }

  private static NativeLibraryException notLoaded(LinkageError error) {
    String platform = Loader.getPlatform();
    String resource =
        "/org/bytedeco/ffmpeg/%s/%s".formatted(platform, System.mapLibraryName("jniavutil"));
    if (avutil.class.getResource(resource) == null) {
      return new NativeLibraryException(
          "There are no FFmpeg natives for %s on the class path, and nothing is downloaded at run time. %s"
              .formatted(platform, coordinates()),
          error);
    }
    return new NativeLibraryException(
        "FFmpeg's natives for %s could not be loaded: %s. They are unpacked below %s: delete that folder if it may be damaged, or set the system property %s to %s."
            .formatted(
                platform, Throwables.getRootCause(error), cacheFolder(), CACHE, FITTING_FOLDER),
        error);
  }

  private static String coordinates() {
    String platform = Loader.getPlatform();
    String ffmpeg = version("ffmpeg", avutil.class);
    String javacpp = version("javacpp", Loader.class);
    return """
        Add org.bytedeco:ffmpeg:%2$s:%1$s and org.bytedeco:javacpp:%3$s:%1$s to your pom.xml:
          <dependency>
            <groupId>org.bytedeco</groupId>
            <artifactId>ffmpeg</artifactId>
            <version>%2$s</version>
            <classifier>%1$s</classifier>
          </dependency>
          <dependency>
            <groupId>org.bytedeco</groupId>
            <artifactId>javacpp</artifactId>
            <version>%3$s</version>
            <classifier>%1$s</classifier>
          </dependency>
        Natives exist for linux-x86_64, linux-arm64, macosx-arm64 and windows-x86_64, among others. PNG images need none."""
        .formatted(platform, ffmpeg, javacpp);
  }

  /** The version of the Java half, which the natives must have too. */
  private static String version(String module, Class<?> part) {
    try {
      return Objects.requireNonNullElse(Loader.getVersion("org.bytedeco", module, part), "VERSION");
    } catch (IOException e) {
      log.debug("The version of org.bytedeco:{} cannot be read", module, e);
      return "VERSION";
    }
  }

  private static String cacheFolder() {
    try {
      return Loader.getCacheDir().toString();
    } catch (IOException e) {
      return "a folder that cannot be written to";
    }
  }
}
