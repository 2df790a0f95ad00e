package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Storage;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Tensor;
import io.github.hunyuanvideo.core.files.Excerpt;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.List;

/**
 * The entries {@code data/…} of an archive, in which tensors have their elements. A tensor gets its
 * place in the file here, after everything it claims was held against the entry.
 */
final class TorchStorages {

  /**
   * Larger than any tensor of a model. An expanded tensor, whose elements share bytes, can claim
   * any size with few of them, and would be allocated when somebody copies it.
   */
  private static final long LARGEST = 1L << 40;

  private final TensorFile file;
  private final StoredZip zip;
  private final String folder;

  /**
   * @param file the archive
   * @param zip its directory
   * @param root the folder in it that holds everything, with a slash
   */
  TorchStorages(TensorFile file, StoredZip zip, String root) {
    this.file = file;
    this.zip = zip;
    this.folder = root + "data/";
  }

  /**
   * Where a tensor lies.
   *
   * @throws CheckpointException if its type is unknown, its storage is missing or of another size,
   *     or an element would lie outside of the storage
   */
  StoredTensor locate(String name, Tensor tensor) {
    ScalarType type =
        tensor
            .type()
            .orElseThrow(
                () ->
                    wrong(
                        name,
                        "has the element type %s, which is not supported"
                            .formatted(tensor.typeName())));
    Storage storage = tensor.storage();
    StoredZip.Entry entry = zip.entries().get(folder + storage.key());
    if (entry == null) {
      throw wrong(
          name,
          "is in \"%s%s\", but there is no such entry"
              .formatted(Excerpt.of(folder), Excerpt.of(storage.key())));
    }
    requireSize(name, storage, entry);
    requireInside(name, tensor, type, entry);
    return new StoredTensor(
        name,
        type,
        longs(tensor.shape()),
        longs(tensor.strides()),
        file,
        tensor.shape().contains(0L)
            ? entry.offset()
            : entry.offset() + tensor.offset() * type.bytes());
  }

  /** torch.save writes exactly the storage, so an entry of another size is damaged. */
  private void requireSize(String name, Storage storage, StoredZip.Entry entry) {
    long elementBytes = storage.type().map(ScalarType::bytes).orElse(1);
    boolean fits =
        storage.elements() >= 0
            && entry.size() % elementBytes == 0
            && storage.elements() == entry.size() / elementBytes;
    if (!fits) {
      throw wrong(
          name,
          "is in a %s of %d elements, but \"%s\" has %d bytes"
              .formatted(
                  storage.typeName(), storage.elements(), Excerpt.of(entry.name()), entry.size()));
    }
  }

  private void requireInside(String name, Tensor tensor, ScalarType type, StoredZip.Entry entry) {
    List<Long> shape = tensor.shape();
    List<Long> strides = tensor.strides();
    boolean possible =
        shape.size() == strides.size()
            && tensor.offset() >= 0
            && shape.stream().allMatch(length -> length >= 0)
            && strides.stream().allMatch(stride -> stride >= 0);
    if (!possible) {
      throw wrong(name, "cannot exist: " + geometry(tensor));
    }
    try {
      long bytes = type.bytes();
      long last = tensor.offset();
      for (int axis = 0; axis < shape.size(); axis++) {
        bytes = Math.multiplyExact(bytes, Math.max(1, shape.get(axis)));
        long steps = Math.max(0, shape.get(axis) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, strides.get(axis)));
      }
      boolean empty = shape.contains(0L);
      if (bytes > LARGEST || (!empty && last >= entry.size() / type.bytes())) {
        throw wrong(
            name,
            "reaches beyond its storage of %d bytes: %s".formatted(entry.size(), geometry(tensor)));
      }
    } catch (ArithmeticException e) {
      throw wrong(name, "is larger than any file: " + geometry(tensor));
    }
  }

  private static String geometry(Tensor tensor) {
    return "shape %s, strides %s, offset %d"
        .formatted(tensor.shape(), tensor.strides(), tensor.offset());
  }

  private CheckpointException wrong(String name, String problem) {
    return new CheckpointException(
        file.path(), "the tensor \"%s\" %s".formatted(Excerpt.of(name), problem));
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
