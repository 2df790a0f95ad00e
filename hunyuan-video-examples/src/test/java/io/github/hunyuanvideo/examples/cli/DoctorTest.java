package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code generate} would fail, {@code doctor} says so with the same words and exit code. */
class DoctorTest {

  private static final String TRANSFORMERS = "hunyuan-video-t2v-720p/transformers/";

  @TempDir Path folder;

  @Test
  void aTransformerWithoutItsConfigurationIsFoundThoughEveryFileIsWhole() throws IOException {
    copyDemo();
    Files.delete(folder.resolve(TRANSFORMERS + "config.json"));
    ProgramRun page = likeGenerate("--model-base", folder);
    assertThat(page.code()).isEqualTo(3);
    assertThat(page.out()).contains("the configuration wants [3072");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "text_encoder_2"})
  void aTokenizerThatCannotBeReadIsFound(String encoder) throws IOException {
    copyDemo();
    Path tokenizer = folder.resolve(encoder).resolve("tokenizer.json");
    Files.writeString(tokenizer, "{");
    ProgramRun page = likeGenerate("--model-base", folder);
    assertThat(page.code()).isEqualTo(3);
    assertThat(page.out()).contains(tokenizer.toString()).contains("no tokenizer");
  }

  @Test
  void aConfigurationOutOfRangeIsFound() throws IOException {
    copyDemo();
    Path config = folder.resolve("hunyuan-video-t2v-720p/vae/config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"latent_channels\": 16", "\"latent_channels\": 0"));
    ProgramRun page = likeGenerate("--model-base", folder);
    assertThat(page.code()).isEqualTo(3);
    assertThat(page.out()).contains("latent_channels");
  }

  @Test
  void weightsInAFormatThatCannotBeReadYetAreFound() {
    ProgramRun page =
        likeGenerate(
            "--model-base",
            Golden.path("tiny-ckpts"),
            "--dit-weight",
            Golden.path("tiny-ckpts/" + TRANSFORMERS + "mp_rank_00_model_states_fp8.pt"));
    assertThat(page.code()).isEqualTo(5);
    assertThat(page.out()).contains("stored in fp8");
  }

  @Test
  void aFlagThatDoesNotFitTheModelIsFound() {
    ProgramRun page =
        likeGenerate("--model-base", DemoModel.unpack(), "--hidden-state-skip-layer", "99");
    assertThat(page.code()).isEqualTo(2);
    assertThat(page.out()).contains("99 cannot be skipped");
  }

  /** The doctor's page, which has the message that ends {@code generate} with the same flags. */
  private ProgramRun likeGenerate(Object... flags) {
    ProgramRun page = ProgramRun.of(with(List.of("doctor"), flags));
    ProgramRun failure =
        ProgramRun.of(
            with(
                List.of(
                    "generate",
                    "--prompt",
                    "A cat.",
                    "--video-size",
                    "96",
                    "--video-length",
                    "1",
                    "--infer-steps",
                    "1",
                    "--output",
                    folder.resolve("cat.png")),
                flags));
    String message = failure.err().strip();
    assertThat(message).startsWith("Error: ");
    assertThat(page.out()).contains("PROBLEM " + message.substring("Error: ".length()));
    assertThat(page.out()).doesNotContain("Everything that was looked at is fine");
    assertThat(page.code()).isEqualTo(failure.code());
    return page;
  }

  private static Object[] with(List<Object> first, Object... then) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(List.of(then));
    return all.toArray();
  }

  @Test
  void aProblemIsToldAtLengthOnce() throws IOException {
    copyDemo();
    Files.delete(folder.resolve("text_encoder/config.json"));
    ProgramRun page = ProgramRun.of("doctor", "--model-base", folder);
    assertThat(page.code()).isEqualTo(3);
    assertThat(page.out().split("hf download", -1)).hasSize(2);
    assertThat(page.out()).contains("cannot be used, as said above");
  }

  @Test
  void aWrongFlagEndsBeforeThePage() {
    ProgramRun run = ProgramRun.of("doctor", "--precision", "fp64");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("fp32, fp16 or bf16");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void thePrecisionDecidesWhatIsUsedInPlace() {
    // The demo's transformer is stored in bf16: 3.4 million parameters.
    assertThat(transformerIn("bf16")).endsWith("weights in bf16: 6.8 MB straight from the file");
    assertThat(transformerIn("fp32")).endsWith("weights in fp32: 13.6 MB of copies");
  }

  private static String transformerIn(String precision) {
    ProgramRun page = ProgramRun.of("doctor", "--precision", precision);
    assertThat(page.code()).as(page.out()).isZero();
    return page.out()
        .lines()
        .filter(line -> line.contains("weights in " + precision))
        .filter(line -> line.strip().startsWith("transformer"))
        .findFirst()
        .orElseThrow();
  }

  private void copyDemo() throws IOException {
    Path source = DemoModel.unpack();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
