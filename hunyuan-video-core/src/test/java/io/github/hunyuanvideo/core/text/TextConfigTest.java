package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of both text encoders, as they are published and as they cannot be. */
class TextConfigTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hidden_size\": 1073741824} | hidden_size | 131072",
        "{\"vocab_size\": 1073741824} | vocab_size | 4194304",
        "{\"num_hidden_layers\": 1073741824} | num_hidden_layers | 1000",
        "{\"num_attention_heads\": 32, \"num_key_value_heads\": 5} | num_key_value_heads | divisor",
        "{\"head_dim\": 7} | head_dim | even",
        "{\"text_config\": {\"intermediate_size\": 0}} | intermediate_size | from 1",
      })
  void aLlamaThatCannotBeIsRefusedByKeyAndRule(String json, String key, String rule)
      throws IOException {
    ConfigFile file = config(json);
    assertThatThrownBy(() -> LlamaConfig.of(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining(key)
        .hasMessageContaining(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hidden_size\": 1073741824} | hidden_size | 65536",
        "{\"max_position_embeddings\": 1073741824} | max_position_embeddings | 65536",
        "{\"hidden_size\": 768, \"num_attention_heads\": 7} | num_attention_heads | divisor",
        "{\"hidden_act\": \"relu\"} | hidden_act | quick_gelu",
        "{\"text_config\": {\"vocab_size\": -1}} | vocab_size | from 1",
      })
  void aClipThatCannotBeIsRefusedByKeyAndRule(String json, String key, String rule)
      throws IOException {
    ConfigFile file = config(json);
    assertThatThrownBy(() -> ClipConfig.of(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining(key)
        .hasMessageContaining(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}}",
        "{\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000}}",
      })
  void scaledPositionsAreRefusedRatherThanIgnored(String json) throws IOException {
    ConfigFile file = config(json);
    assertThatThrownBy(() -> LlamaConfig.of(file))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("rope_scaling");
  }

  @Test
  void theLlamaInALlavaFolderIsItsTextConfig() throws IOException {
    LlamaConfig config =
        LlamaConfig.of(
            config(
                """
                {"hidden_size": 7, "text_config": {"hidden_size": 4096, "intermediate_size": 14336,
                 "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
                 "vocab_size": 128320, "rope_theta": 500000.0, "rms_norm_eps": 1e-05}}"""));
    assertThat(config)
        .isEqualTo(new LlamaConfig(128320, 4096, 32, 32, 8, 128, 14336, 1e-5, 500000, -1));
  }

  @Test
  void newerConfigurationsKeepTheirThetaInASectionOfItsOwn() throws IOException {
    LlamaConfig config =
        LlamaConfig.of(
            config(
                """
                {"text_config": {"rope_parameters": {"rope_theta": 500000.0, "rope_type": "default"}}}"""));
    assertThat(config.ropeTheta()).isEqualTo(500000);
  }

  private ConfigFile config(String json) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("config.json"), json), "");
  }
}
