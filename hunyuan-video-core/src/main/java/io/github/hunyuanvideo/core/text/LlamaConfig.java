package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.BlockLayout;
import io.github.hunyuanvideo.core.weights.WeightLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a Llama model, from its {@code config.json}: that of the model alone, or the {@code
 * text_config} of a llava model. Keys that are left out have the defaults of Hugging Face's {@code
 * LlamaConfig}.
 *
 * @param vocabulary rows of the embedding table
 * @param hiddenSize width of a state
 * @param layers decoder layers
 * @param heads heads of queries
 * @param kvHeads heads of keys and values
 * @param headWidth width of a head
 * @param mlpWidth width of the MLP
 * @param epsilon of the norms
 * @param ropeTheta base of the rotary frequencies
 * @param beginOfText id of the token that begins every text; −1 if the configuration does not say
 */
public record LlamaConfig(
    int vocabulary,
    int hiddenSize,
    int layers,
    int heads,
    int kvHeads,
    int headWidth,
    int mlpWidth,
    double epsilon,
    double ropeTheta,
    int beginOfText) {

  private static final int WIDEST = 1 << 17;
  private static final int LARGEST_VOCABULARY = 1 << 22;

  static final BlockId EMBEDDING = new BlockId("embed_tokens");
  static final BlockId NORM = new BlockId("norm");

  /**
   * Reads a configuration.
   *
   * @throws io.github.hunyuanvideo.api.CheckpointException if a value is out of range or
   *     contradicts another
   * @throws UnsupportedFeatureException if positions are scaled, as in Llama 3.1
   */
  public static LlamaConfig of(ConfigFile file) {
    ConfigFile text = file.section("text_config").orElse(file);
    int hidden = text.integer("hidden_size", 1, WIDEST, 4096);
    int heads = text.integer("num_attention_heads", 1, 4096, 32);
    ConfigFile rope = text.section("rope_parameters").orElse(text);
    LlamaConfig config =
        new LlamaConfig(
            text.integer("vocab_size", 1, LARGEST_VOCABULARY, 32000),
            hidden,
            text.integer("num_hidden_layers", 1, 1000, 32),
            heads,
            text.integer("num_key_value_heads", 1, 4096, heads),
            text.integer("head_dim", 2, WIDEST, Math.max(2, hidden / heads)),
            text.integer("intermediate_size", 1, WIDEST, 11008),
            text.number("rms_norm_eps", 0, 1, 1e-6),
            rope.number("rope_theta", 1, 1e9, 10000),
            text.integer("bos_token_id", 0, LARGEST_VOCABULARY, -1));
    config.requireSense(text, rope);
    return config;
  }

  private void requireSense(ConfigFile text, ConfigFile rope) {
    if (heads % kvHeads != 0) {
      throw text.refusal("num_key_value_heads", "a divisor of num_attention_heads " + heads);
    }
    if (headWidth % 2 != 0) {
      throw text.refusal("head_dim", "even");
    }
    String kind = rope.text("rope_type", "default");
    if (text.has("rope_scaling") || !kind.equals("default")) {
      throw new UnsupportedFeatureException(
          text.path()
              + ": scaled positions (rope_scaling) are not computed; HunyuanVideo was trained with Llama 3, which has none");
    }
  }

  /**
   * The tensors of the first layers, under the names of Hugging Face's {@code LlamaModel}.
   *
   * @param usedLayers how many layers run; those behind are not loaded
   * @param finalNorm whether the norm behind the last layer is used
   */
  WeightLayout layout(int usedLayers, boolean finalNorm) {
    List<BlockLayout> blocks = new ArrayList<>();
    blocks.add(BlockLayout.of(EMBEDDING).tensor("weight", vocabulary, hiddenSize).asStored());
    for (int i = 0; i < usedLayers; i++) {
      blocks.add(
          BlockLayout.of(layerId(i))
              .scale("input_layernorm", hiddenSize)
              .matrix("self_attn.q_proj", hiddenSize, (long) heads * headWidth)
              .matrix("self_attn.k_proj", hiddenSize, (long) kvHeads * headWidth)
              .matrix("self_attn.v_proj", hiddenSize, (long) kvHeads * headWidth)
              .matrix("self_attn.o_proj", (long) heads * headWidth, hiddenSize)
              .scale("post_attention_layernorm", hiddenSize)
              .matrix("mlp.gate_proj", hiddenSize, mlpWidth)
              .matrix("mlp.up_proj", hiddenSize, mlpWidth)
              .matrix("mlp.down_proj", mlpWidth, hiddenSize));
    }
    if (finalNorm) {
      blocks.add(BlockLayout.of(NORM).tensor("weight", hiddenSize));
    }
    return new WeightLayout(blocks);
  }

  static BlockId layerId(int index) {
    return BlockId.of("layers", index);
  }
}
