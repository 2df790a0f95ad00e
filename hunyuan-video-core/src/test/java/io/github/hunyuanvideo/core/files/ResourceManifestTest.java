package io.github.hunyuanvideo.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceManifestTest {

  private static final String HASH = "0a".repeat(32);

  @TempDir private Path folder;

  private ResourceManifest read(String text) throws IOException {
    try (URLClassLoader loader = PackedResources.in(folder).with("demo/files.txt", text).loader()) {
      return ResourceManifest.read(loader, "demo/files.txt");
    }
  }

  @Test
  void aLineIsAHashASizeAndAPathBesideTheManifest() throws IOException {
    ResourceManifest manifest =
        read(HASH + "  12  vae/config.json\r\n\n" + HASH + " 30 A+b@c-1_2.pt\n");
    assertThat(manifest.entries())
        .extracting(ResourceManifest.Entry::path)
        .containsExactly("vae/config.json", "A+b@c-1_2.pt");
    assertThat(manifest.totalSize()).isEqualTo(42);
    assertThat(manifest.resourceOf(manifest.entries().get(0))).isEqualTo("demo/vae/config.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "a/..",
        "./x",
        ".hidden",
        "/etc/passwd",
        "a//b",
        "a/",
        "a\\..\\b",
        "C:/x",
        "C:x",
        "a b",
        "~/x",
        "a\u0000b"
      })
  void aPathThatCouldLeadOutOfTheFolderIsRefused(String path) {
    assertThatThrownBy(() -> read(HASH + "  1  a\n" + HASH + "  1  " + path + "\n"))
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("demo/files.txt, line 2")
        .hasMessageContaining("must be relative");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s 12", "%s -1 a", "%sff 1 a", "%s 99999999999999999999 a", "a 1 %s"})
  void aLineThatIsSomethingElseIsRefusedByItsNumber(String line) {
    assertThatThrownBy(() -> read("\n" + line.formatted(HASH)))
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("demo/files.txt, line 2")
        .hasMessageContaining("is not a SHA-256, a size in bytes and a path");
  }

  @Test
  void aFileThatIsListedTwiceAndAManifestOfNothingAreRefused() {
    String line = HASH + "  1  a\n";
    assertThatThrownBy(() -> read(line + line)).hasMessageContaining("\"a\" is there twice");
    assertThatThrownBy(() -> read("\n")).hasMessageContaining("no file is listed");
  }

  @Test
  void aMissingManifestIsNamed() {
    assertThatThrownBy(
            () -> ResourceManifest.read(getClass().getClassLoader(), "no/such/files.txt"))
        .isInstanceOf(HunyuanVideoException.class)
        .hasMessageContaining("no/such/files.txt");
  }
}
