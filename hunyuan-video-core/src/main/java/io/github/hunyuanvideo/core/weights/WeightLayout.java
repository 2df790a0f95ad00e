package io.github.hunyuanvideo.core.weights;

import com.google.common.primitives.ImmutableLongArray;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * All blocks that a model is made of, to be held against a checkpoint before anything is allocated.
 */
public final class WeightLayout {

  private static final int LISTED = 5;

  private final Map<BlockId, BlockLayout> blocks = new LinkedHashMap<>();

  /** Makes a layout. */
  public WeightLayout(Collection<BlockLayout> blocks) {
    blocks.forEach(block -> this.blocks.put(block.id(), block));
  }

  /** The shape of every tensor by its full name. */
  public Map<String, ImmutableLongArray> shapes() {
    Map<String, ImmutableLongArray> shapes = new LinkedHashMap<>();
    blocks.forEach(
        (id, block) -> block.shapes().forEach((name, shape) -> shapes.put(id.tensor(name), shape)));
    return shapes;
  }

  /** The number of parameters of all tensors. */
  public long parameters() {
    return shapes().values().stream()
        .mapToLong(shape -> shape.stream().reduce(1, Math::multiplyExact))
        .sum();
  }

  /**
   * What these tensors take in memory.
   *
   * @param source the checkpoint that was held against this layout
   * @param type what is computed in
   * @param device what is computed on
   */
  WeightMemory memory(TensorSource source, ScalarType type, ComputeDevice device) {
    long inPlace = 0;
    long copied = 0;
    long largestCopy = 0;
    for (BlockLayout block : blocks.values()) {
      long ofBlock = 0;
      for (String name : block.shapes().keySet()) {
        StoredTensor stored = source.tensors().get(block.id().tensor(name));
        if (stored == null) {
          throw new IllegalStateException("the layout was not checked against " + source.path());
        } else if (block.usesInPlace(stored, type, device)) {
          inPlace += stored.bytes();
        } else {
          ofBlock += stored.size() * type.bytes();
        }
      }
      copied += ofBlock;
      largestCopy = Math.max(largestCopy, ofBlock);
    }
    return new WeightMemory(inPlace, copied, largestCopy);
  }

  BlockLayout block(BlockId id) {
    BlockLayout block = blocks.get(id);
    if (block == null) {
      throw new IllegalArgumentException("the model has no block " + id);
    }
    return block;
  }

  /**
   * Makes sure that a checkpoint holds these tensors, in these shapes, and no others.
   *
   * @param source the checkpoint, under the names of this layout
   * @param ignorable names of surplus tensors that are known and not used
   * @throws CheckpointException if a tensor is missing, surplus, or has another shape or a type
   *     that is no number format for weights; the message names them
   * @throws UnsupportedFeatureException if weights are stored in fp8
   */
  public void requireIn(TensorSource source, Predicate<String> ignorable) {
    Map<String, ImmutableLongArray> expected = shapes();
    List<String> missing = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          StoredTensor stored = source.tensors().get(name);
          if (stored == null) {
            missing.add(name);
          } else {
            requireShape(source, stored, shape);
            requireType(source, stored);
          }
        });
    List<String> surplus =
        source.tensors().keySet().stream()
            .filter(name -> !expected.containsKey(name) && !ignorable.test(name))
            .sorted()
            .toList();
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new CheckpointException(
          source.path(),
          "%d of the model's %d tensors are missing%s, and %d are there that it does not have%s. The file belongs to another model, or its configuration does"
              .formatted(
                  missing.size(),
                  expected.size(),
                  firstOf(missing),
                  surplus.size(),
                  firstOf(surplus)));
    }
  }

  private static void requireShape(
      TensorSource source, StoredTensor stored, ImmutableLongArray shape) {
    ImmutableLongArray found = ImmutableLongArray.copyOf(stored.shape());
    if (!found.equals(shape)) {
      throw new CheckpointException(
          source.path(),
          "the tensor \"%s\" has the shape %s, the configuration wants %s. The file belongs to another model, or its configuration does"
              .formatted(stored.name(), found, shape));
    }
  }

  private static void requireType(TensorSource source, StoredTensor stored) {
    ScalarType type = stored.type();
    if (type == ScalarType.FLOAT8_E4M3FN || type == ScalarType.FLOAT8_E5M2) {
      throw new UnsupportedFeatureException(
          "%s: the tensor \"%s\" is stored in fp8; this version reads bf16, fp16 and fp32 weights. Use the bf16 file"
              .formatted(source.path(), stored.name()));
    }
    if (!type.isFloatingPoint()) {
      throw new CheckpointException(
          source.path(),
          "the tensor \"%s\" holds %s, weights are floating-point numbers"
              .formatted(stored.name(), type));
    }
  }

  private static String firstOf(List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String listed = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    return " (" + listed + (names.size() > LISTED ? ", …)" : ")");
  }
}
