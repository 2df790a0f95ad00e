package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the file with the transformer's weights in a folder, by its name as the official code
 * does: {@code pytorch_model_<load key>.pt}, else the first {@code *_model_states.pt}.
 */
final class TransformerFolder {

  private static final Logger LOG = LoggerFactory.getLogger(TransformerFolder.class);

  private TransformerFolder() {}

  /**
   * Chooses the file.
   *
   * @param remedy how to get the checkpoint, as a sentence
   * @throws CheckpointException if there is none by these names; the message lists what is there
   */
  static Path choose(Path folder, LoadKey loadKey, String remedy) {
    List<String> names = pickles(folder);
    if (names.stream().anyMatch(name -> name.startsWith("pytorch_model_"))) {
      return folder.resolve("pytorch_model_" + loadKey + ".pt");
    }
    List<String> states = names.stream().filter(n -> n.endsWith("_model_states.pt")).toList();
    if (states.isEmpty()) {
      throw new CheckpointException(
          folder,
          "there is neither pytorch_model_%s.pt nor a file *_model_states.pt in this folder; its .pt files: %s. %s"
              .formatted(loadKey, names.isEmpty() ? "none" : Excerpt.of(names), remedy));
    }
    if (states.size() > 1) {
      LOG.warn(
          "{} holds several *_model_states.pt; {} is used. Name the file to use another.",
          folder,
          states.get(0));
    }
    return folder.resolve(states.get(0));
  }

  private static List<String> pickles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".pt"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(folder, "the folder cannot be listed: " + e, e);
    }
  }
}
