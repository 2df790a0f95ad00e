package io.github.hunyuanvideo.core.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.text.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Loads natives in a JVM of its own and prints one line for each thing that it was told to do,
 * which begins with the thing's name.
 */
final class StartProgram {

  /** What it can be told. */
  enum Task {
    /** Starts the engine, computes something, and says which natives it got. */
    ENGINE,
    /** Starts the engine as an application does that knows nothing of this library. */
    APPLICATION,
    /** Tokenizes something with the file that follows. */
    TOKENIZER,
    /** Says what DJL was told. */
    SETTINGS
  }

  private StartProgram() {}

  public static void main(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      Task task = Task.valueOf(arguments[i]);
      try {
        System.out.println(
            task
                + ": "
                + switch (task) {
                  case ENGINE -> engine();
                  case APPLICATION -> Engine.getEngine("PyTorch").getEngineName();
                  case TOKENIZER -> tokens(Path.of(arguments[++i]));
                  case SETTINGS ->
                      System.getProperty("ai.djl.offline")
                          + " "
                          + System.getProperty("ENGINE_CACHE_DIR");
                });
      } catch (NativeLibraryException | EngineException e) {
        System.out.println(task + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }

  private static String engine() {
    try (TorchEngine engine = TorchEngine.start(ComputeDevice.cpu());
        Tensor three = engine.tensor(new float[] {1, 2}, 2)) {
      LoadedNatives natives = engine.natives();
      return "%s %s here=%s %s"
              .formatted(
                  natives.version(),
                  natives.flavour(),
                  natives.startedHere(),
                  Path.of(natives.folder()).toAbsolutePath())
          + " "
          + Arrays.toString(three.toFloats());
    }
  }

  private static String tokens(Path file) {
    try (Vocabulary vocabulary = Vocabulary.of(new CheckpointFile(file, "It is a resource."))) {
      return Arrays.toString(vocabulary.ids("a cat"));
    }
  }
}
