package io.github.hunyuanvideo.core.weights;

/**
 * Names the weights that are used together.
 *
 * @param prefix what their names begin with in the checkpoint, without the last dot, for example
 *     {@code double_blocks.3}
 */
public record BlockId(String prefix) {

  /** One of several equal blocks. */
  public static BlockId of(String family, int index) {
    return new BlockId(family + "." + index);
  }

  /** The full name of one of the block's tensors. */
  String tensor(String localName) {
    return prefix + "." + localName;
  }

  @Override
  public String toString() {
    return prefix;
  }
}
