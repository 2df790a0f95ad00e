package io.github.hunyuanvideo.core.weights;

import com.google.common.primitives.ImmutableLongArray;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of one block: their names within the block and their shapes.
 *
 * <pre>{@code
 * BlockLayout.of("time_in").linear("mlp.0", 256, 3072).linear("mlp.2", 3072, 3072);
 * }</pre>
 */
public final class BlockLayout {

  private final BlockId id;
  private final Map<String, ImmutableLongArray> shapes = new LinkedHashMap<>();
  private boolean asStored;

  private BlockLayout(BlockId id) {
    this.id = id;
  }

  /** Starts a block without tensors. */
  public static BlockLayout of(String prefix) {
    return new BlockLayout(new BlockId(prefix));
  }

  /** Starts a block without tensors. */
  public static BlockLayout of(BlockId id) {
    return new BlockLayout(id);
  }

  /** Adds a tensor. */
  public BlockLayout tensor(String name, long... shape) {
    shapes.put(name, ImmutableLongArray.copyOf(shape));
    return this;
  }

  /** Adds a linear layer's matrix {@code (out, in)} and bias {@code (out)}. */
  public BlockLayout linear(String name, long in, long out) {
    return matrix(name, in, out).tensor(name + ".bias", out);
  }

  /** Adds a linear layer's matrix {@code (out, in)} without a bias. */
  public BlockLayout matrix(String name, long in, long out) {
    return tensor(name + ".weight", out, in);
  }

  /** Adds weight and bias of a normalisation, {@code (width)} each. */
  public BlockLayout norm(String name, long width) {
    return scale(name, width).tensor(name + ".bias", width);
  }

  /** Adds the weight of a normalisation without bias, {@code (width)}. */
  public BlockLayout scale(String name, long width) {
    return tensor(name + ".weight", width);
  }

  /**
   * Adds kernel {@code (out, in, k, k, k)} and bias {@code (out)} of a convolution in time, height
   * and width.
   */
  public BlockLayout convolution(String name, long in, long out, long k) {
    return tensor(name + ".weight", out, in, k, k, k).tensor(name + ".bias", out);
  }

  /**
   * Leaves the block's tensors in the file's type and on the host: for tables of which only a few
   * rows are used, so that the whole is never converted.
   */
  public BlockLayout asStored() {
    asStored = true;
    return this;
  }

  BlockId id() {
    return id;
  }

  Map<String, ImmutableLongArray> shapes() {
    return shapes;
  }

  /** Whether a tensor of this block is used where it lies in its file, without a copy. */
  boolean usesInPlace(StoredTensor stored, ScalarType type, ComputeDevice device) {
    return asStored || (stored.type() == type && !device.isGpu() && stored.isContiguous());
  }
}
