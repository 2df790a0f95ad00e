package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockLayout;
import io.github.hunyuanvideo.core.weights.WeightLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of CLIP's text encoder, from its {@code config.json}: that of the encoder alone, or the
 * {@code text_config} of a whole CLIP model. Keys that are left out have the defaults of Hugging
 * Face's {@code CLIPTextConfig}.
 *
 * @param vocabulary rows of the embedding table
 * @param hiddenSize width of a state
 * @param layers layers
 * @param heads attention heads
 * @param mlpWidth width of the MLP
 * @param positions the longest sequence
 * @param epsilon of the norms
 * @param activation of the MLP, {@code quick_gelu} or {@code gelu}
 * @param endOfText id of the token whose state is taken; 2 stands for the highest id, as in the
 *     original file
 */
public record ClipConfig(
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int mlpWidth,
    int positions,
    double epsilon,
    String activation,
    int endOfText) {

  /**
   * The id that configurations of 2021 carry by mistake, and that is taken as "the highest id of
   * the sequence" ever since.
   */
  static final int LEGACY_END_OF_TEXT = 2;

  static final BlockId TOKENS = new BlockId("embeddings.token_embedding");
  static final BlockId POSITIONS = new BlockId("embeddings.position_embedding");
  static final BlockId FINAL_NORM = new BlockId("final_layer_norm");

  private static final int WIDEST = 1 << 16;

  /**
   * Reads a configuration.
   *
   * @throws io.github.hunyuanvideo.api.CheckpointException if a value is out of range or
   *     contradicts another
   */
  public static ClipConfig of(ConfigFile file) {
    ConfigFile text = file.section("text_config").orElse(file);
    ClipConfig config =
        new ClipConfig(
            text.integer("vocab_size", 1, 1 << 22, 49408),
            text.integer("hidden_size", 1, WIDEST, 512),
            text.integer("num_hidden_layers", 1, 1000, 12),
            text.integer("num_attention_heads", 1, 4096, 8),
            text.integer("intermediate_size", 1, WIDEST, 2048),
            text.integer("max_position_embeddings", 2, WIDEST, 77),
            text.number("layer_norm_eps", 0, 1, 1e-5),
            text.text("hidden_act", "quick_gelu"),
            text.integer("eos_token_id", 0, 1 << 22, 49407));
    if (config.hiddenSize % config.heads != 0) {
      throw text.refusal("num_attention_heads", "a divisor of hidden_size " + config.hiddenSize);
    }
    if (!List.of("quick_gelu", "gelu").contains(config.activation)) {
      throw text.refusal("hidden_act", "\"quick_gelu\" or \"gelu\"");
    }
    return config;
  }

  /**
   * The tensors, under the names of Hugging Face's {@code CLIPTextModel} without {@code
   * text_model.}.
   */
  WeightLayout layout() {
    List<BlockLayout> blocks = new ArrayList<>();
    blocks.add(BlockLayout.of(TOKENS).tensor("weight", vocabulary, hiddenSize).asStored());
    blocks.add(BlockLayout.of(POSITIONS).tensor("weight", positions, hiddenSize).asStored());
    for (int i = 0; i < layers; i++) {
      blocks.add(
          BlockLayout.of(layerId(i))
              .norm("layer_norm1", hiddenSize)
              .linear("self_attn.q_proj", hiddenSize, hiddenSize)
              .linear("self_attn.k_proj", hiddenSize, hiddenSize)
              .linear("self_attn.v_proj", hiddenSize, hiddenSize)
              .linear("self_attn.out_proj", hiddenSize, hiddenSize)
              .norm("layer_norm2", hiddenSize)
              .linear("mlp.fc1", hiddenSize, mlpWidth)
              .linear("mlp.fc2", mlpWidth, hiddenSize));
    }
    blocks.add(BlockLayout.of(FINAL_NORM).tensor("weight", hiddenSize).tensor("bias", hiddenSize));
    return new WeightLayout(blocks);
  }

  static BlockId layerId(int index) {
    return BlockId.of("encoder.layers", index);
  }

  /**
   * Which token's state stands for the whole text.
   *
   * @param ids of the sequence
   */
  int pooledPosition(long[] ids) {
    int position = 0;
    for (int i = 1; i < ids.length; i++) {
      if (endOfText == LEGACY_END_OF_TEXT) {
        position = ids[i] > ids[position] ? i : position;
      } else if (ids[position] != endOfText) {
        position = i;
      }
    }
    return endOfText == LEGACY_END_OF_TEXT || ids[position] == endOfText ? position : 0;
  }
}
