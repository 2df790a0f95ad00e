package io.github.hunyuanvideo.core.vae;

import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.weights.BlockLayout;
import io.github.hunyuanvideo.core.weights.WeightLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The VAE's size, from its {@code config.json}. Keys that are left out have the published values.
 *
 * @param channels width of the four levels, outermost first
 * @param layersPerBlock residual blocks of a level in the encoder; the decoder has one more
 * @param groups groups of the norms
 * @param latentChannels channels of the latents
 * @param scalingFactor what latents are multiplied by for the transformer
 * @param shiftFactor what is subtracted from latents before that
 * @param tilePixels side of an official tile in pixels; what is more than a multiple of 8 is left
 *     out
 * @param tileFrames length of an official tile in frames; what is more than a multiple of 4 is left
 *     out
 * @param middleAttention whether the innermost level attends
 */
public record VaeConfig(
    List<Integer> channels,
    int layersPerBlock,
    int groups,
    int latentChannels,
    double scalingFactor,
    double shiftFactor,
    int tilePixels,
    int tileFrames,
    boolean middleAttention) {

  /** Three levels halve the picture, which compresses it by 8. */
  static final int LEVELS = 4;

  private static final int WIDEST = 1 << 14;

  /** Keeps a copy of the list. */
  public VaeConfig {
    channels = List.copyOf(channels);
  }

  /** {@code 884-16c-hy}, the published VAE. */
  public static VaeConfig published() {
    return new VaeConfig(List.of(128, 256, 512, 512), 2, 32, 16, 0.476986, 0, 256, 64, true);
  }

  /**
   * Reads a configuration.
   *
   * @throws io.github.hunyuanvideo.api.CheckpointException if a value is out of range or
   *     contradicts another
   */
  public static VaeConfig of(ConfigFile file) {
    VaeConfig usual = published();
    VaeConfig config =
        new VaeConfig(
            file.integers("block_out_channels", 1, WIDEST, usual.channels),
            file.integer("layers_per_block", 1, 64, usual.layersPerBlock),
            file.integer("norm_num_groups", 1, WIDEST, usual.groups),
            file.integer("latent_channels", 1, 4096, usual.latentChannels),
            file.number("scaling_factor", 1e-6, 1e6, usual.scalingFactor),
            file.number("shift_factor", -1e6, 1e6, usual.shiftFactor),
            file.integer("sample_size", 16, 1 << 20, usual.tilePixels),
            file.integer("sample_tsize", 8, 1 << 20, usual.tileFrames),
            file.flag("mid_block_add_attention", usual.middleAttention));
    config.requireSense(file);
    return config;
  }

  private void requireSense(ConfigFile file) {
    if (channels.size() != LEVELS) {
      throw file.refusal("block_out_channels", "four widths, for a compression by 8");
    }
    if (channels.stream().anyMatch(width -> width % groups != 0)) {
      throw file.refusal("norm_num_groups", "a divisor of every width of " + channels);
    }
    requireFixed(file, "time_compression_ratio", 4);
    requireFixed(file, "spatial_compression_ratio", 8);
    requireFixed(file, "in_channels", 3);
    requireFixed(file, "out_channels", 3);
    requireBlocks(file, "down_block_types", "DownEncoderBlockCausal3D", "HunyuanVideoDownBlock3D");
    requireBlocks(file, "up_block_types", "UpDecoderBlockCausal3D", "HunyuanVideoUpBlock3D");
    if (!file.text("act_fn", "silu").equals("silu")) {
      throw file.refusal("act_fn", "\"silu\"");
    }
  }

  private static void requireFixed(ConfigFile file, String key, int only) {
    if (file.integer(key, 0, WIDEST, only) != only) {
      throw file.refusal(key, only + ", the only value that this library computes");
    }
  }

  private static void requireBlocks(ConfigFile file, String key, String... known) {
    if (!file.texts(key).stream().allMatch(List.of(known)::contains)) {
      throw file.refusal(key, "a list of " + known[0]);
    }
  }

  /**
   * Whether a level's end halves (encoder) or doubles (decoder, counted from within) the picture.
   */
  static boolean scalesSpace(int level) {
    return level < LEVELS - 1;
  }

  /** Whether a level's end halves or doubles time. */
  static boolean scalesTime(int level) {
    return level >= 1 && level < LEVELS - 1;
  }

  /** Width of the innermost level. */
  int innermost() {
    return channels.get(LEVELS - 1);
  }

  /** The tensors that a checkpoint of this size has, under their official names. */
  public WeightLayout layout() {
    List<BlockLayout> blocks = new ArrayList<>();
    addEncoder(blocks);
    addDecoder(blocks);
    blocks.add(pointwise("quant_conv", 2L * latentChannels));
    blocks.add(pointwise("post_quant_conv", latentChannels));
    return new WeightLayout(blocks);
  }

  private void addEncoder(List<BlockLayout> blocks) {
    blocks.add(BlockLayout.of("encoder.conv_in").convolution("conv", 3, channels.get(0), 3));
    int width = channels.get(0);
    for (int level = 0; level < LEVELS; level++) {
      String block = "encoder.down_blocks." + level;
      for (int i = 0; i < layersPerBlock; i++) {
        blocks.add(residual(block + ".resnets." + i, width, channels.get(level)));
        width = channels.get(level);
      }
      if (scalesSpace(level)) {
        blocks.add(
            BlockLayout.of(block + ".downsamplers.0.conv").convolution("conv", width, width, 3));
      }
    }
    addMiddle(blocks, "encoder");
    addEnd(blocks, "encoder", innermost(), 2L * latentChannels);
  }

  private void addDecoder(List<BlockLayout> blocks) {
    blocks.add(
        BlockLayout.of("decoder.conv_in").convolution("conv", latentChannels, innermost(), 3));
    addMiddle(blocks, "decoder");
    int width = innermost();
    for (int level = 0; level < LEVELS; level++) {
      String block = "decoder.up_blocks." + level;
      int next = channels.get(LEVELS - 1 - level);
      for (int i = 0; i <= layersPerBlock; i++) {
        blocks.add(residual(block + ".resnets." + i, width, next));
        width = next;
      }
      if (scalesSpace(level)) {
        blocks.add(
            BlockLayout.of(block + ".upsamplers.0.conv").convolution("conv", width, width, 3));
      }
    }
    addEnd(blocks, "decoder", channels.get(0), 3);
  }

  private void addMiddle(List<BlockLayout> blocks, String half) {
    String middle = half + ".mid_block";
    blocks.add(residual(middle + ".resnets.0", innermost(), innermost()));
    if (middleAttention) {
      blocks.add(
          BlockLayout.of(middle + ".attentions.0")
              .norm("group_norm", innermost())
              .linear("to_q", innermost(), innermost())
              .linear("to_k", innermost(), innermost())
              .linear("to_v", innermost(), innermost())
              .linear("to_out.0", innermost(), innermost()));
    }
    blocks.add(residual(middle + ".resnets.1", innermost(), innermost()));
  }

  private static void addEnd(List<BlockLayout> blocks, String half, long width, long out) {
    blocks.add(
        BlockLayout.of(half + ".conv_norm_out").tensor("weight", width).tensor("bias", width));
    blocks.add(BlockLayout.of(half + ".conv_out").convolution("conv", width, out, 3));
  }

  private static BlockLayout residual(String name, int in, int out) {
    BlockLayout block =
        BlockLayout.of(name)
            .norm("norm1", in)
            .convolution("conv1.conv", in, out, 3)
            .norm("norm2", out)
            .convolution("conv2.conv", out, out, 3);
    return in == out ? block : block.convolution("conv_shortcut.conv", in, out, 1);
  }

  private static BlockLayout pointwise(String name, long width) {
    return BlockLayout.of(name).tensor("weight", width, width, 1, 1, 1).tensor("bias", width);
  }
}
