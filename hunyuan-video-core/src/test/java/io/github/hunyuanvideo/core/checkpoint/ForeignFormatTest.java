package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.open;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found under a checkpoint's name when something went wrong before. */
class ForeignFormatTest {

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.write(folder.resolve("weights"), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "``|the file is empty",
        "`version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 25642\n`|git lfs pull",
        "`<!DOCTYPE html><html>`|web page",
        "`\n <html lang=en>`|web page",
        "`GGUF\3\0\0\0`|GGUF",
        "`\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.`|before PyTorch 1.6",
        "`\u0080\4}.`|bare pickle"
      })
  void theMessageSaysWhatTheFileIs(String content, String message) throws IOException {
    Path file = file(content);
    assertRefused(() -> open(file)).hasMessageContaining(message);
    assertRefused(() -> Safetensors.openFile(file, REMEDY)).hasMessageContaining(message);
  }

  @Test
  void theTwoFormatsAreToldFromEachOther() {
    Path torch = Golden.path("tiny-variants/transformer_bare.pt");
    Path safetensors = Golden.path("tiny-variants/transformer_single.safetensors");
    assertRefused(() -> Safetensors.openFile(torch, REMEDY)).hasMessageContaining("zip archive");
    assertRefused(() -> open(safetensors)).hasMessageContaining("safetensors file");
  }

  @Test
  void ofAnythingElseIsSaidWhatItShouldHaveBeen() throws IOException {
    Path file = file("It was a dark and stormy night.");
    assertRefused(() -> open(file)).hasMessageContaining("not a zip archive");
    assertRefused(() -> Safetensors.openFile(file, REMEDY))
        .hasMessageContaining("the header claims")
        .hasMessageContaining("no safetensors file");
  }

  @Test
  void aMissingFileComesWithItsRemedy() {
    Path missing = folder.resolve("missing.pt");
    assertThatThrownBy(() -> open(missing))
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining("missing.pt")
        .hasMessageContaining(REMEDY);
  }
}
