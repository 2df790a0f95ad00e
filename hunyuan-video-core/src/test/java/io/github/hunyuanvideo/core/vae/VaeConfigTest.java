package io.github.hunyuanvideo.core.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
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

class VaeConfigTest {

  @TempDir Path folder;

  @Test
  void thePublishedVaeHasTheShapesOfTheOfficialOne() throws IOException {
    JsonObject official =
        JsonParser.parseString(Files.readString(Golden.path("golden/real_shapes_vae.json")))
            .getAsJsonObject();
    Map<String, String> expected = new TreeMap<>();
    official
        .getAsJsonObject("shapes")
        .entrySet()
        .forEach(
            entry -> expected.put(entry.getKey(), entry.getValue().toString().replace(",", ", ")));
    Map<String, String> ours = new TreeMap<>();
    VaeConfig.published()
        .layout()
        .shapes()
        .forEach((name, shape) -> ours.put(name, shape.toString()));
    assertThat(ours).isEqualTo(expected).hasSize(248);
    assertThat(VaeConfig.published().layout().parameters()).isEqualTo(246_478_803L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"block_out_channels\": [128, 256, 512]} | block_out_channels | four widths",
        "{\"block_out_channels\": [1073741824, 1, 1, 1]} | block_out_channels | from 1",
        "{\"norm_num_groups\": 33} | norm_num_groups | divisor",
        "{\"time_compression_ratio\": 8} | time_compression_ratio | 4",
        "{\"down_block_types\": [\"Other\"]} | down_block_types | DownEncoderBlockCausal3D",
        "{\"act_fn\": \"relu\"} | act_fn | silu",
        "{\"scaling_factor\": 0} | scaling_factor | number",
      })
  void aConfigurationThatCannotBeIsRefusedByKeyAndRule(String json, String key, String rule)
      throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), json);
    assertThatThrownBy(() -> VaeConfig.of(ConfigFile.read(file, "")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(key)
        .hasMessageContaining(rule);
  }

  @Test
  void officialTilesHaveTheOfficialNumbers() {
    TilePlan plan = TilePlan.of(VaeTiling.official(), VaeConfig.published());
    assertThat(plan.decodeSpace()).isEqualTo(new TileSpan(32, 24, 64, 192));
    assertThat(plan.decodeTime()).isEqualTo(new TileSpan(16, 12, 16, 48));
    assertThat(plan.encodeSpace()).isEqualTo(new TileSpan(256, 192, 8, 24));
    assertThat(plan.encodeTime()).isEqualTo(new TileSpan(64, 48, 4, 12));
  }
}
