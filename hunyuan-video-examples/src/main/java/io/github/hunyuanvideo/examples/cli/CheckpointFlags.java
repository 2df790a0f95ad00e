package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.checkpoint.LoadKey;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that say where the checkpoints lie. */
final class CheckpointFlags {

  private static final Path USUAL = Path.of("ckpts");

  @Option(
      names = "--model-base",
      paramLabel = "FOLDER",
      description =
          "the folder of the checkpoints; default is the variable MODEL_BASE, or ./ckpts if it is there, or else the embedded demo model")
  private @Nullable Path modelBase;

  @Option(
      names = "--dit-weight",
      paramLabel = "PATH",
      description = "the transformer's file or folder; default is in the folder of the checkpoints")
  private @Nullable Path ditWeight;

  @Option(
      names = "--load-key",
      paramLabel = "KEY",
      description = "which weights of the transformer's file: module or ema; default module")
  private String loadKey = "module";

  /**
   * The checkpoints that were named, or that lie where the official program looks; null for the
   * demo model.
   */
  @Nullable CheckpointTree tree() {
    Path root = root();
    if (root == null) {
      return ditWeight == null ? null : of(USUAL);
    }
    return of(root);
  }

  /** The checkpoints in a folder, of which the other flags say what is taken. */
  CheckpointTree of(Path folder) {
    CheckpointTree keyed = CheckpointTree.at(folder).withLoadKey(key());
    return ditWeight == null ? keyed : keyed.withTransformer(ditWeight);
  }

  private LoadKey key() {
    return FlagValue.read("--load-key", loadKey, LoadKey::parse);
  }

  private @Nullable Path root() {
    String fromEnvironment = System.getenv("MODEL_BASE");
    if (modelBase != null) {
      return modelBase;
    } else if (fromEnvironment != null && !fromEnvironment.isBlank()) {
      return Path.of(fromEnvironment);
    }
    return Files.isDirectory(USUAL) ? USUAL : null;
  }
}
