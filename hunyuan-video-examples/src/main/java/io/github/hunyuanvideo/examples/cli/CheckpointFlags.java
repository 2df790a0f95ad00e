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
    LoadKey key = LoadKey.parse(loadKey);
    Path root = root();
    if (root == null) {
      return ditWeight == null ? null : withFlags(CheckpointTree.at(USUAL), key);
    }
    return withFlags(CheckpointTree.at(root), key);
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

  private CheckpointTree withFlags(CheckpointTree tree, LoadKey key) {
    CheckpointTree keyed = tree.withLoadKey(key);
    return ditWeight == null ? keyed : keyed.withTransformer(ditWeight);
  }
}
