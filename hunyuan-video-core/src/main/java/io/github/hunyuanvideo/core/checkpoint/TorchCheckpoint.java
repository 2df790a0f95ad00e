package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Tensor;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code .pt} file as torch.save writes it since PyTorch 1.6: a zip archive of a pickle that
 * describes tensors, and of the tensors' bytes. The pickle is read without executing any of it, see
 * {@link PickleReader}; of the bytes only the places are noted, so opening a file of 25 GB takes
 * milliseconds.
 *
 * <pre>{@code
 * TensorSource weights = TorchCheckpoint.open(path, Unwrapping.transformer(LoadKey.MODULE), remedy);
 * }</pre>
 */
public final class TorchCheckpoint {

  private static final Logger log = LoggerFactory.getLogger(TorchCheckpoint.class);

  private static final String PICKLE = "data.pkl";

  /** The published transformer's has 160 kB. */
  private static final long LARGEST_PICKLE = 64L << 20;

  /** What state dictionaries carry beside weights: versions, and settings of single layers. */
  private static final Set<String> METADATA_KEYS = Set.of("_metadata", "_extra_state");

  private final TensorFile file;
  private final TorchStorages storages;
  private final Dictionary outermost;

  private TorchCheckpoint(TensorFile file, TorchStorages storages, Dictionary outermost) {
    this.file = file;
    this.storages = storages;
    this.outermost = outermost;
  }

  /**
   * Opens the weights in a file, or, for a transformer, in a folder.
   *
   * @param path the file; for {@link Unwrapping#transformer} also a folder that holds {@code
   *     pytorch_model_<load key>.pt} or {@code *_model_states.pt}
   * @param unwrapping where in the file the weights are
   * @param remedy how to get the checkpoint if it is missing, as a sentence
   * @throws CheckpointException if it is missing or malformed, asks for a Python name that no
   *     checkpoint needs, or something among the weights is no tensor
   */
  public static TensorSource open(Path path, Unwrapping unwrapping, String remedy) {
    boolean choose = unwrapping.loadKey().isPresent() && Files.isDirectory(path);
    Path file =
        choose ? TransformerFolder.choose(path, unwrapping.loadKey().orElseThrow(), remedy) : path;
    return read(file, remedy).tensors(unwrapping);
  }

  /**
   * Reads what a file says about its tensors.
   *
   * @param path the file
   * @param remedy how to get it if it is missing, as a sentence
   * @throws CheckpointException if it is missing or malformed, or asks for a Python name that no
   *     checkpoint needs
   */
  public static TorchCheckpoint read(Path path, String remedy) {
    TensorFile file = TensorFile.of(path, remedy);
    try (FileBytes bytes = FileBytes.open(file)) {
      StoredZip zip = StoredZip.read(bytes);
      StoredZip.Entry pickle = pickle(path, zip);
      String root = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
      requireWeights(bytes, zip, root);
      if (pickle.size() > LARGEST_PICKLE) {
        throw new CheckpointException(
            path,
            "data.pkl has more than %d bytes, which no checkpoint needs".formatted(LARGEST_PICKLE));
      }
      PickleReader.Result result =
          PickleReader.read(path, bytes.read(pickle.offset(), pickle.size()));
      if (!result.inert().isEmpty()) {
        log.debug("{} holds objects of {}, which are left out", path, result.inert());
      }
      if (result.value() instanceof Dictionary outermost) {
        return new TorchCheckpoint(file, new TorchStorages(file, zip, root), outermost);
      }
      throw new CheckpointException(
          path, "data.pkl holds no dictionary, but " + result.value().describe());
    }
  }

  /**
   * The weights.
   *
   * @throws CheckpointException if something among them is no tensor, or a tensor is not where it
   *     claims to be
   */
  public TensorSource tensors(Unwrapping unwrapping) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    unwrapping
        .apply(file.path(), outermost)
        .forEach(
            (name, value) -> {
              if (value instanceof Tensor tensor) {
                tensors.put(name, storages.locate(name, tensor));
              } else if (!isMetadata(name)) {
                throw new CheckpointException(
                    file.path(),
                    "\"%s\" among the weights is no tensor, but %s; the file has the keys %s"
                        .formatted(
                            Excerpt.of(name),
                            value.describe(),
                            Excerpt.of(outermost.entries().keySet())));
              }
            });
    return new TensorSource(file.path(), tensors, Map.of());
  }

  private static boolean isMetadata(String name) {
    return METADATA_KEYS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** The only {@code data.pkl}; its folder is named after the file that was saved. */
  private static StoredZip.Entry pickle(Path path, StoredZip zip) {
    List<StoredZip.Entry> pickles =
        zip.entries().values().stream()
            .filter(entry -> entry.name().endsWith("/" + PICKLE))
            .filter(entry -> entry.name().indexOf('/') == entry.name().lastIndexOf('/'))
            .toList();
    if (pickles.size() == 1) {
      return pickles.get(0);
    }
    throw new CheckpointException(
        path,
        pickles.isEmpty()
            ? "there is no data.pkl in this zip archive, so torch.save did not write it; its entries: "
                + Excerpt.of(zip.entries().keySet())
            : "there are several data.pkl in this zip archive: "
                + Excerpt.of(pickles.stream().map(StoredZip.Entry::name).toList()));
  }

  private static void requireWeights(FileBytes bytes, StoredZip zip, String root) {
    if (zip.entries().containsKey(root + "constants.pkl")) {
      throw new CheckpointException(
          bytes.file().path(),
          "this is a TorchScript program, not a file of weights; save its state dictionary");
    }
    StoredZip.Entry byteOrder = zip.entries().get(root + "byteorder");
    if (byteOrder == null) {
      return;
    }
    ByteBuffer order = bytes.read(byteOrder.offset(), Math.min(byteOrder.size(), 16));
    String found = StandardCharsets.ISO_8859_1.decode(order).toString();
    if (!found.equals("little")) {
      throw new CheckpointException(
          bytes.file().path(),
          "the byte order is \"%s\", only \"little\" is read; save it again on an ordinary computer"
              .formatted(Excerpt.of(found)));
    }
  }
}
