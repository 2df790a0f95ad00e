package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputNameTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 25, 17, 3, 9);

  @Test
  void aNameHasTimeSeedAndTheBeginningOfThePrompt() {
    assertThat(OutputName.of(NOW, 42L, "A cat walks on the grass, realistic style."))
        .isEqualTo("2026-11-25-17-03-09_seed42_A-cat-walks-on-the-grass-realistic-style");
  }

  @ParameterizedTest
  @CsvSource({
    "../../etc/passwd, etc-passwd",
    "a/b\\c:d*e?f\"g<h>i|j, a-b-c-d-e-f-g-h-i-j",
    "'...', ''",
    "CON, CON",
    "两只狗 play, 两只狗-play",
    "-rf, rf"
  })
  void whatAFileSystemOrShellCouldTakeAmissIsReplaced(String prompt, String expected) {
    assertThat(OutputName.safe(prompt)).isEqualTo(expected);
  }

  @Property
  void everyPromptGivesANameThatEveryFileSystemTakes(@ForAll String prompt) {
    String name = OutputName.of(NOW, null, prompt) + ".mp4";
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
    assertThat(name).doesNotContain("/", "\\", ":", "\0", "\n", "..").startsWith("2026");
    assertThat(Path.of("folder").resolve(name).getParent()).isEqualTo(Path.of("folder"));
  }

  @Test
  void aNameThatIsTakenGetsTheFirstNumberThatIsFree(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cat.mp4");
    assertThat(OutputName.untaken(file)).isEqualTo(file);
    Files.createFile(file);
    Files.createFile(folder.resolve("cat_2.mp4"));
    assertThat(OutputName.untaken(file)).isEqualTo(folder.resolve("cat_3.mp4"));
  }

  @Test
  void laterVideosGetANumberBeforeTheEnding() {
    assertThat(OutputName.numbered(Path.of("a/cat.v1.mp4"), 2))
        .isEqualTo(Path.of("a/cat.v1_2.mp4"));
  }
}
