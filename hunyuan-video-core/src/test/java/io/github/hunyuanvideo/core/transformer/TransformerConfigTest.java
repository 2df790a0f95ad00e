package io.github.hunyuanvideo.core.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformerConfigTest {

  @TempDir Path folder;

  @Test
  void thePublishedModelHasTheShapesOfTheOfficialOne() throws IOException {
    JsonObject official =
        JsonParser.parseString(Files.readString(Golden.path("golden/real_shapes_transformer.json")))
            .getAsJsonObject();
    Map<String, String> expected = new TreeMap<>();
    official
        .getAsJsonObject("shapes")
        .entrySet()
        .forEach(entry -> expected.put(entry.getKey(), shape(entry.getValue().getAsJsonArray())));
    Map<String, String> ours = new TreeMap<>();
    TransformerConfig.published()
        .layout()
        .shapes()
        .forEach((name, shape) -> ours.put(name, shape.toString()));
    assertThat(ours).isEqualTo(expected).hasSize(856);
    assertThat(TransformerConfig.published().layout().parameters()).isEqualTo(12_821_012_544L);
  }

  private static String shape(JsonArray lengths) {
    return lengths.toString().replace(",", ", ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hidden_size\": 1073741824} | hidden_size | 65536",
        "{\"heads_num\": 0} | heads_num | from 1",
        "{\"heads_num\": 25} | heads_num | divisor of hidden_size 3072",
        "{\"mm_double_blocks_depth\": 1.5} | mm_double_blocks_depth | whole number",
        "{\"rope_dim_list\": [16, 56]} | rope_dim_list | 128",
        "{\"rope_dim_list\": [17, 55, 56]} | rope_dim_list | even",
        "{\"in_channels\": 33} | in_channels | out_channels, 16",
        "{\"in_channels\": 33} | in_channels | image-to-video",
        "{\"out_channels\": 8} | in_channels | out_channels, 8",
        "{\"patch_size\": [2, 2, 2]} | patch_size | [1, 2, 2]",
        "{\"text_projection\": \"linear\"} | text_projection | single_refiner",
        "{\"guidance_embed\": \"yes\"} | guidance_embed | true or false",
        "{\"mlp_width_ratio\": 1e300} | mlp_width_ratio | 64",
      })
  void aConfigurationThatCannotBeIsRefusedByKeyAndRule(String json, String key, String rule)
      throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), json);
    TensorSource none = new TensorSource(folder, Map.of(), Map.of());
    assertThatThrownBy(() -> TransformerConfig.of(ConfigFile.read(file, ""), none))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(key)
        .hasMessageContaining(rule);
  }
}
