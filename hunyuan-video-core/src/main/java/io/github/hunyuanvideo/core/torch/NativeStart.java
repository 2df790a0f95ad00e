package io.github.hunyuanvideo.core.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import com.google.common.base.Throwables;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.files.FolderLock;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** DJL puts it into the name of the folder that it loads from. */
  private static final Pattern FLAVOUR = Pattern.compile("-(cpu|cu\\d+)\\b");

  private NativeStart() {}

  /**
   * Makes sure that PyTorch runs in this JVM.
   *
   * @throws NativeLibraryException if there are no natives that fit, or they cannot be loaded
   */
  static LoadedNatives load() {
    NativeCache cache = NativeCache.of("pytorch");
    if (isRunning()) {
      return loaded(flavourOf(LibUtils.getLibtorchPath()), /* startedHere= */ false);
    }
    NativeLibraries natives = NativeLibraries.find();
    try (FolderLock lock = cache.lock()) {
      if (natives.isFolder()) {
        tellFlavour(natives.flavour());
      } else {
        cache.prepare(natives.folderName(), natives.files(cache.folder()));
      }
      start(natives, cache);
    }
    return loaded(natives.flavour(), /* startedHere= */ true);
  }

  /**
   * Refuses a GPU that the natives do not see. There is no silent step back to the CPU.
   *
   * @throws NativeLibraryException if they see none; the message says why and what to do
   */
  static void requireSeen(ComputeDevice device, LoadedNatives natives) {
    boolean seesGpus = Engine.getEngine(ENGINE).hasCapability(StandardCapabilities.CUDA);
    if (device.isGpu() && !seesGpus) {
      throw new NativeLibraryException(
          "%s was asked for, but the natives that were loaded (%s) %s"
              .formatted(
                  device,
                  natives,
                  natives.flavour().startsWith("cpu")
                      ? "are for the CPU. Set PYTORCH_LIBRARY_PATH to the folder of a libtorch for CUDA and PYTORCH_FLAVOR to its flavour, for example cu128, before PyTorch is started in this JVM"
                      : "see no GPU. Install or repair the NVIDIA driver, and see that CUDA_VISIBLE_DEVICES does not hide the GPU"));
    }
  }

  private static LoadedNatives loaded(String flavour, boolean startedHere) {
    return new LoadedNatives(
        Engine.getEngine(ENGINE).getVersion(), flavour, LibUtils.getLibtorchPath(), startedHere);
  }

  /** Whether the application has started the engine, with whatever natives it chose. */
  private static boolean isRunning() {
    try {
      if (LibUtils.getLibtorchPath() == null) {
        return false;
      }
    } catch (NullPointerException e) {
      return false; // DJL has no other way to say that nothing has been loaded yet
    }
    try {
      Engine.getEngine(ENGINE);
      return true;
    } catch (EngineException | LinkageError e) {
      log.debug("An earlier start of PyTorch failed; trying again", e);
      return false;
    }
  }

  private static String flavourOf(String folder) {
    Matcher flavour = FLAVOUR.matcher(String.valueOf(Path.of(folder).getFileName()));
    return flavour.find()
        ? flavour.group(1)
        : Utils.getEnvOrSystemProperty(NativeLibraries.FLAVOUR, "unknown flavour");
  }

  /** Left to itself, DJL guesses a flavour for a folder whose bridge no longer exists. */
  private static void tellFlavour(String flavour) {
    if (Utils.getEnvOrSystemProperty(NativeLibraries.FLAVOUR) == null) {
      System.setProperty(NativeLibraries.FLAVOUR, flavour);
      log.info("Set {}={}", NativeLibraries.FLAVOUR, flavour);
    }
  }

  private static void start(NativeLibraries natives, NativeCache cache) {
    try {
      Engine.getEngine(ENGINE);
    } catch (EngineException | LinkageError | AssertionError e) {
      throw new NativeLibraryException(
          "PyTorch's natives (%s) could not be loaded: %s. %s"
              .formatted(natives.origin(), Throwables.getRootCause(e), cache.remedy("600 MB")),
          e);
    }
  }
}
