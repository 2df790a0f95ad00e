package io.github.hunyuanvideo.core.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import com.google.common.base.Strings;
import com.google.common.base.Throwables;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.files.FolderLock;
import io.github.hunyuanvideo.core.torch.NativeCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** The natives of Hugging Face's tokenizers, which DJL unpacks from the jar that needs them. */
final class TokenizerNatives {

  private static final String LIBRARY = System.mapLibraryName("tokenizers");
  private static final String LIBRARY_PATH = "RUST_LIBRARY_PATH";

  private TokenizerNatives() {}

  /**
   * Makes sure that they are in this JVM.
   *
   * @throws NativeLibraryException if there are none for this platform, or they cannot be loaded
   */
  static void require() {
    NativeCache cache = NativeCache.of("tokenizers");
    try (FolderLock lock = cache.lock()) {
      if (Utils.getEnvOrSystemProperty(LIBRARY_PATH) == null) {
        prepare(cache);
      }
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      throw new NativeLibraryException(
          "The natives of ai.djl.huggingface:tokenizers could not be loaded: %s. %s"
              .formatted(Throwables.getRootCause(e), cache.remedy("20 MB")),
          e);
    }
  }

  private static void prepare(NativeCache cache) {
    Platform platform = Platform.detectPlatform("tokenizers");
    String resource = "native/lib/" + platform.getClassifier() + "/cpu/" + LIBRARY;
    if (!exists(resource)) {
      throw new NativeLibraryException(
          "ai.djl.huggingface:tokenizers has no natives for %s, only for linux-x86_64, linux-aarch64, osx-aarch64 and win-x86_64. To use a library of your own, set %s to its folder."
              .formatted(platform.getClassifier(), LIBRARY_PATH));
    }
    // On a machine with a GPU DJL adds a folder for its architecture, although the files are equal.
    String architecture = Strings.nullToEmpty(platform.getCudaArch());
    cache.prepare(
        platform.getVersion() + "-cpu-" + platform.getClassifier() + "/" + architecture,
        Map.of(LIBRARY, resource));
  }

  private static boolean exists(String resource) {
    try {
      return ClassLoaderUtils.getResource(resource) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
