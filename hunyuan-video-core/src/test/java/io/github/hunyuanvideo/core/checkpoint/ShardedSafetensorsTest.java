package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {

  @TempDir private Path parent;
  private Path folder = Path.of("");

  @BeforeEach
  void twoShards() throws IOException {
    folder = Files.createDirectory(parent.resolve("model"));
    shard("one.safetensors", "a");
    shard("two.safetensors", "b");
  }

  private void shard(String file, String... names) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : names) {
      writer.add(name, new byte[] {1}, 1);
    }
    writer.write(folder.resolve(file));
  }

  private TensorSource open(String... entries) {
    try {
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          "{\"metadata\":{},\"weight_map\":{" + String.join(",", entries) + "}}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Safetensors.open(folder, List.of("model"), REMEDY);
  }

  private static String in(String tensor, String file) {
    return "\"" + tensor + "\":\"" + file + "\"";
  }

  @Test
  void theTensorsOfAllShardsAreOneSource() {
    TensorSource source = open(in("a", "one.safetensors"), in("b", "two.safetensors"));
    assertThat(source.tensors().keySet()).containsExactly("a", "b");
    assertThat(source.path()).hasFileName("model.safetensors.index.json");
    assertThat(source.bytes()).isEqualTo(2);
  }

  @Test
  void aShardMayBeALinkToAnotherFolder() throws IOException {
    Path elsewhere = parent.resolve("blob");
    Files.move(folder.resolve("two.safetensors"), elsewhere);
    Files.createSymbolicLink(folder.resolve("two.safetensors"), elsewhere);
    TensorSource source = open(in("a", "one.safetensors"), in("b", "two.safetensors"));
    assertThat(source.tensors()).hasSize(2);
  }

  @Test
  void aTensorThatTheIndexForgetsIsThereNevertheless() throws IOException {
    shard("two.safetensors", "b", "c");
    assertThat(open(in("a", "one.safetensors"), in("b", "two.safetensors")).tensors())
        .containsOnlyKeys("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../one.safetensors",
        "/etc/passwd",
        "sub/one.safetensors",
        "..",
        ".",
        "",
        " ",
        "sub\\\\one",
        "C:one",
        "one\\u0000",
        "one\\n"
      })
  void onlyNamesOfFilesInTheSameFolderAreAccepted(String file) {
    assertRefused(() -> open(in("a", file)))
        .hasMessageContaining("index.json")
        .hasMessageContaining("\"a\"")
        .hasMessageContaining("only the name of a file in the same folder is accepted");
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String entry : List.of("\"a\":7", "\"a\":null", "\"a\":[\"one.safetensors\"]")) {
      assertRefused(() -> open(entry)).hasMessageContaining("only the name of a file");
    }
  }

  @Test
  void aNameThatTheSystemCannotHaveIsRefused() {
    assertThatThrownBy(() -> open(in("a", "x".repeat(10_000))))
        .isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> open(in("a", "\\ud800"))).isInstanceOf(CheckpointException.class);
  }

  @Test
  void aMissingShardIsNamed() {
    assertThatThrownBy(() -> open(in("a", "one.safetensors"), in("b", "three.safetensors")))
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining("three.safetensors")
        .hasMessageContaining(REMEDY);
  }

  @Test
  void aTensorThatIsNotInItsShardIsNamed() {
    assertRefused(() -> open(in("a", "two.safetensors")))
        .hasMessageContaining("\"a\" should be in")
        .hasMessageContaining("two.safetensors");
  }

  @Test
  void aTensorThatIsInTwoShardsIsRefused() throws IOException {
    shard("two.safetensors", "a", "b");
    assertRefused(() -> open(in("a", "one.safetensors"), in("b", "two.safetensors")))
        .hasMessageContaining("\"a\" is in two files")
        .hasMessageContaining("one.safetensors")
        .hasMessageContaining("two.safetensors");
  }

  @Test
  void aFolderIsNoShard() throws IOException {
    Files.createDirectory(folder.resolve("three.safetensors"));
    assertRefused(() -> open(in("a", "three.safetensors"))).hasMessageContaining("no regular file");
  }

  @Test
  void anIndexWithoutTensorsIsRefused() throws IOException {
    assertRefused(() -> open()).hasMessageContaining("weight_map");
    Path index = folder.resolve("other.safetensors.index.json");
    for (String json : List.of("{}", "{\"weight_map\":[]}", "{\"weight_map\":null}")) {
      Files.writeString(index, json);
      assertRefused(() -> Safetensors.open(index, List.of(), REMEDY))
          .hasMessageContaining("weight_map");
    }
  }

  @Test
  void aFolderWithoutTheFileIsRefusedWithItsRemedy() {
    assertRefused(() -> Safetensors.open(folder, List.of("model"), REMEDY))
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json")
        .hasMessageContaining(REMEDY);
  }
}
