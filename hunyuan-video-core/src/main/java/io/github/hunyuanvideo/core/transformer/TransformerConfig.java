package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockLayout;
import io.github.hunyuanvideo.core.weights.WeightLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The transformer's size. The official checkpoint carries no configuration; {@link #published()} is
 * what it has (official code: {@code HUNYUAN_VIDEO_CONFIG}).
 *
 * @param hiddenSize width of a token
 * @param heads attention heads
 * @param doubleBlocks blocks with separate streams
 * @param singleBlocks blocks with a joint stream
 * @param mlpWidth width of the MLPs
 * @param ropeWidths the shares of a head's width that turn with time, height and width
 * @param ropeTheta the base of the rotary frequencies
 * @param inChannels channels of the latents
 * @param outChannels channels of the prediction; as many in a checkpoint for text-to-video
 * @param textWidth width of the language model's states
 * @param pooledWidth width of CLIP's pooled embedding
 * @param guidanceEmbedded whether the guidance scale is an input (a distilled model)
 */
public record TransformerConfig(
    int hiddenSize,
    int heads,
    int doubleBlocks,
    int singleBlocks,
    int mlpWidth,
    List<Integer> ropeWidths,
    double ropeTheta,
    int inChannels,
    int outChannels,
    int textWidth,
    int pooledWidth,
    boolean guidanceEmbedded) {

  /** Blocks of the token refiner; fixed in the official code. */
  static final int REFINER_BLOCKS = 2;

  /** Width of the sinusoidal embeddings. */
  private static final int SINUSOID = 256;

  private static final int WIDEST = 1 << 16;
  private static final int MOST_BLOCKS = 1000;

  /** The block that only distilled models have. */
  static final BlockId GUIDANCE = new BlockId("guidance_in");

  /** Keeps a copy of the list. */
  public TransformerConfig {
    ropeWidths = List.copyOf(ropeWidths);
  }

  /** {@code HYVideo-T/2-cfgdistill}, 13 billion parameters: the published model. */
  public static TransformerConfig published() {
    return new TransformerConfig(
        3072, 24, 20, 40, 12288, List.of(16, 56, 56), 256, 16, 16, 4096, 768, true);
  }

  /**
   * Chooses the configuration of a checkpoint: its {@code config.json} if there is one, otherwise
   * {@link #published()}, with or without guidance as its tensors say.
   *
   * @param file the configuration; keys that are left out have the published values
   * @param checkpoint its tensors
   * @throws CheckpointException if a value is out of range or contradicts another
   */
  public static TransformerConfig of(ConfigFile file, TensorSource checkpoint) {
    boolean guidance =
        checkpoint.tensors().keySet().stream()
            .anyMatch(name -> name.startsWith(GUIDANCE.prefix() + "."));
    TransformerConfig usual = published();
    int hidden = file.integer("hidden_size", 1, WIDEST, usual.hiddenSize);
    double mlpRatio = file.number("mlp_width_ratio", 0.1, 64, 4);
    TransformerConfig config =
        new TransformerConfig(
            hidden,
            file.integer("heads_num", 1, 4096, usual.heads),
            file.integer("mm_double_blocks_depth", 0, MOST_BLOCKS, usual.doubleBlocks),
            file.integer("mm_single_blocks_depth", 0, MOST_BLOCKS, usual.singleBlocks),
            (int) (hidden * mlpRatio),
            file.integers("rope_dim_list", 2, WIDEST, usual.ropeWidths),
            file.number("rope_theta", 1, 1e9, usual.ropeTheta),
            file.integer("in_channels", 1, 4096, usual.inChannels),
            file.integer("out_channels", 1, 4096, usual.outChannels),
            file.integer("text_states_dim", 1, WIDEST, usual.textWidth),
            file.integer("text_states_dim_2", 1, WIDEST, usual.pooledWidth),
            file.flag("guidance_embed", guidance));
    config.requireSense(file);
    return config;
  }

  private void requireSense(ConfigFile file) {
    if (hiddenSize % heads != 0) {
      throw file.refusal("heads_num", "a divisor of hidden_size " + hiddenSize);
    }
    int sum = ropeWidths.stream().mapToInt(Integer::intValue).sum();
    boolean even = ropeWidths.stream().allMatch(width -> width % 2 == 0);
    if (ropeWidths.size() != 3 || sum != headWidth() || !even) {
      throw file.refusal(
          "rope_dim_list", "three even widths that add up to a head's width, " + headWidth());
    }
    if (inChannels != outChannels) {
      throw file.refusal(
          "in_channels",
          "as many as out_channels, %d, since text-to-video works on what the model predicts; a model with more is one for image-to-video, which this version does not run"
              .formatted(outChannels));
    }
    requireFixed(file, "patch_size", List.of(1, 2, 2));
    requireFixed(file, "text_projection", "single_refiner");
    requireFixed(file, "mlp_act_type", "gelu_tanh");
    requireFixed(file, "qk_norm_type", "rms");
  }

  private static void requireFixed(ConfigFile file, String key, List<Integer> only) {
    if (!file.integers(key, 0, 64, only).equals(only)) {
      throw file.refusal(key, only + ", the only patches that this library computes");
    }
  }

  private static void requireFixed(ConfigFile file, String key, String only) {
    if (!file.text(key, only).equals(only)) {
      throw file.refusal(key, "\"" + only + "\", the only kind that this library computes");
    }
  }

  /** Width of a head. */
  public int headWidth() {
    return hiddenSize / heads;
  }

  /** The same model with another base of the rotary frequencies. */
  public TransformerConfig withRopeTheta(double theta) {
    return new TransformerConfig(
        hiddenSize,
        heads,
        doubleBlocks,
        singleBlocks,
        mlpWidth,
        ropeWidths,
        theta,
        inChannels,
        outChannels,
        textWidth,
        pooledWidth,
        guidanceEmbedded);
  }

  /** The tensors that a checkpoint of this size has, under their official names. */
  public WeightLayout layout() {
    List<BlockLayout> blocks = new ArrayList<>();
    blocks.add(
        BlockLayout.of("img_in")
            .tensor("proj.weight", hiddenSize, inChannels, 1, 2, 2)
            .tensor("proj.bias", hiddenSize));
    blocks.add(valueEmbedder(BlockLayout.of("time_in"), ""));
    blocks.add(
        BlockLayout.of("vector_in")
            .linear("in_layer", pooledWidth, hiddenSize)
            .linear("out_layer", hiddenSize, hiddenSize));
    if (guidanceEmbedded) {
      blocks.add(valueEmbedder(BlockLayout.of(GUIDANCE), ""));
    }
    blocks.add(
        valueEmbedder(BlockLayout.of("txt_in"), "t_embedder.")
            .linear("input_embedder", textWidth, hiddenSize)
            .linear("c_embedder.linear_1", textWidth, hiddenSize)
            .linear("c_embedder.linear_2", hiddenSize, hiddenSize));
    for (int i = 0; i < REFINER_BLOCKS; i++) {
      blocks.add(refinerBlock(refinerBlockId(i)));
    }
    for (int i = 0; i < doubleBlocks; i++) {
      blocks.add(doubleBlock(BlockId.of("double_blocks", i)));
    }
    for (int i = 0; i < singleBlocks; i++) {
      blocks.add(singleBlock(BlockId.of("single_blocks", i)));
    }
    blocks.add(
        BlockLayout.of("final_layer")
            .linear("linear", hiddenSize, 4L * outChannels)
            .linear("adaLN_modulation.1", hiddenSize, 2L * hiddenSize));
    return new WeightLayout(blocks);
  }

  static BlockId refinerBlockId(int index) {
    return BlockId.of("txt_in.individual_token_refiner.blocks", index);
  }

  private BlockLayout valueEmbedder(BlockLayout block, String prefix) {
    return block
        .linear(prefix + "mlp.0", SINUSOID, hiddenSize)
        .linear(prefix + "mlp.2", hiddenSize, hiddenSize);
  }

  private BlockLayout refinerBlock(BlockId id) {
    return BlockLayout.of(id)
        .norm("norm1", hiddenSize)
        .linear("self_attn_qkv", hiddenSize, 3L * hiddenSize)
        .linear("self_attn_proj", hiddenSize, hiddenSize)
        .norm("norm2", hiddenSize)
        .linear("mlp.fc1", hiddenSize, mlpWidth)
        .linear("mlp.fc2", mlpWidth, hiddenSize)
        .linear("adaLN_modulation.1", hiddenSize, 2L * hiddenSize);
  }

  private BlockLayout doubleBlock(BlockId id) {
    BlockLayout block = BlockLayout.of(id);
    for (String stream : List.of("img", "txt")) {
      block
          .linear(stream + "_mod.linear", hiddenSize, 6L * hiddenSize)
          .linear(stream + "_attn_qkv", hiddenSize, 3L * hiddenSize)
          .scale(stream + "_attn_q_norm", headWidth())
          .scale(stream + "_attn_k_norm", headWidth())
          .linear(stream + "_attn_proj", hiddenSize, hiddenSize)
          .linear(stream + "_mlp.fc1", hiddenSize, mlpWidth)
          .linear(stream + "_mlp.fc2", mlpWidth, hiddenSize);
    }
    return block;
  }

  private BlockLayout singleBlock(BlockId id) {
    return BlockLayout.of(id)
        .linear("linear1", hiddenSize, 3L * hiddenSize + mlpWidth)
        .linear("linear2", (long) hiddenSize + mlpWidth, hiddenSize)
        .scale("q_norm", headWidth())
        .scale("k_norm", headWidth())
        .linear("modulation.linear", hiddenSize, 3L * hiddenSize);
  }
}
