package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.checkpoint.FloatTensorFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

  @TempDir Path folder;

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CommandLineProgram.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code =
        commandLine.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  /** Two steps of the demo model. */
  private static Outcome generate(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "generate",
                "--prompt",
                "A cat walks on the grass, realistic style.",
                "--model-base",
                DemoModel.unpack(),
                "--video-length",
                "5",
                "--infer-steps",
                "2",
                "--seed",
                "42"));
    List<Object> given = List.of(more);
    if (!given.contains("--video-size")) {
      arguments.addAll(List.of("--video-size", "96", "128"));
    }
    arguments.addAll(given);
    return run(arguments.toArray());
  }

  @Test
  void generateWritesAVideoThatFfprobeAgreesWith() throws Exception {
    Path file = folder.resolve("cat.mp4");
    Outcome outcome = generate("--output", file);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines().findFirst()).contains("128 × 96, landscape, 5 frames (0.2 s)");
    assertThat(outcome.out()).contains("Seed 42").contains("Wrote " + file);
    assertThat(file).isNotEmptyFile();

    assumeTrue(isInstalled("ffprobe"), "skipped the rest: ffprobe is not installed");
    assertThat(ffprobe(file))
        .contains("codec_name=h264", "width=128", "height=96", "pix_fmt=yuv420p")
        .contains("r_frame_rate=24/1", "nb_read_frames=5");
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry).resolve(program)));
  }

  private static String ffprobe(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-show_streams",
                "-of",
                "default=nw=1",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }

  @Test
  void latentsAndFramesAreSavedAndLatentsCanBeGivenBack() {
    Path latents = folder.resolve("latents.safetensors");
    Path frames = folder.resolve("frames.safetensors");
    Outcome outcome =
        generate(
            "--num-videos",
            "2",
            "--output",
            folder.resolve("cat.mp4"),
            "--save-latents",
            latents,
            "--save-frames",
            frames);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(folder.resolve("cat.mp4")).exists();
    assertThat(folder.resolve("cat_2.mp4")).exists();
    FloatTensor saved = FloatTensorFile.read(latents, "latents");
    assertThat(saved.shape()).containsExactly(2, 16, 2, 12, 16);
    StoredTensor bytes =
        Objects.requireNonNull(Safetensors.openFile(frames, "").tensors().get("frames_uint8"));
    assertThat(bytes.shape()).containsExactly(2, 5, 96, 128, 3);
    assertThat(bytes.type()).isEqualTo(ScalarType.UINT8);

    Path again = folder.resolve("again.safetensors");
    Outcome given =
        generate(
            "--num-videos",
            "2",
            "--init-latents",
            latents,
            "--infer-steps",
            "1",
            "--output",
            folder.resolve("again.mp4"),
            "--save-latents",
            again);
    assertThat(given.code()).as(given.err()).isZero();
    assertThat(given.out()).doesNotContain("Seed");
    assertThat(FloatTensorFile.read(again, "latents")).isNotEqualTo(saved);
  }

  @Test
  void aSingleFrameIsSavedAsAnImageNamedByTimeSeedAndPrompt() throws IOException {
    Path results = folder.resolve("results");
    Outcome outcome =
        generate("--video-length", "1", "--save-path", results, "--save-path-suffix", "x/y");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    try (Stream<Path> files = Files.list(folder.resolve("results_x-y"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .singleElement()
          .asString()
          .matches("\\d{4}(-\\d\\d){5}_seed42_A-cat-walks-on-the-grass-realistic-style\\.png");
    }
  }

  @Test
  void aRoundedSizeIsSaid() {
    Outcome outcome =
        generate("--video-size", "90", "--video-length", "1", "--output", folder.resolve("a.png"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines().toList()).first().isEqualTo("96 × 96, square, 1 frame");
    assertThat(outcome.out()).containsOnlyOnce("rounded up from 90 × 90");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--video-length | 128 | 2 | nearest: 125",
        "--flow-shift | 0 | 2 | greater than 0",
        "--infer-steps | 0 | 2 | between 1 and 1000",
        "--video-size | 0 | 2 | --video-size: width and height must be between 1 and 8192",
        "--num-videos | 0 | 2 | --num-videos: ",
        "--embedded-cfg-scale | -1 | 2 | --embedded-cfg-scale: ",
        "--vae-precision | fp8 | 2 | --vae-precision: precision must be fp32",
        "--text-encoder-precision-2 | fp8 | 2 | --text-encoder-precision-2: ",
        "--use-lora | true | 5 | LoRA",
        "--precision | fp64 | 2 | fp32, fp16 or bf16",
        "--device | tpu | 2 | cpu, cuda",
        "--load-key | raw | 2 | must be module or ema, got raw",
        "--vae | 888-16c-hy | 2 | 884-16c-hy",
        "--vae | nonsense | 2 | must look like",
        "--denoise-type | ddpm | 2 | flow",
        "--flow-solver | heun | 2 | euler",
        "--batch-size | 2 | 2 | --batch-size must be 1",
        "--text-encoder | clipL | 2 | llm",
        "--text-len-2 | 78 | 2 | 77",
        "--prompt-template | no place | 2 | exactly one {}",
        "--latent-channels | 4 | 2 | the checkpoint",
        "--text-states-dim | 4096 | 2 | is 96",
        "--model | HYVideo-T/2 | 2 | HYVideo-T/2-cfgdistill",
        "--output | video.avi | 2 | .mp4",
        "--output | video.png | 2 | holds 1 frame",
        "--use-fp8 | true | 5 | later version",
        "--dit-weight-map | map.pt | 5 | fp8",
        "--ulysses-degree | 2 | 5 | several devices",
        "--i2v-mode | true | 5 | image-to-video",
        "--dit-weight | missing.pt | 3 | no such file",
        "--init-latents | missing.safetensors | 3 | no such file",
        "--noise-device | cuda | 2 | --device cuda",
        "--hidden-state-skip-layer | 99 | 2 | 99 cannot be skipped",
        "--nonsense | 1 | 2 | --nonsense",
      })
  void aWrongFlagEndsWithItsRuleAndItsCode(String flag, String value, int code, String message) {
    Outcome outcome = generate(flag, value);
    assertThat(outcome.err()).contains(message);
    assertThat(outcome.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "--use-fp8, false",
    "--ulysses-degree, 1",
    "--ring-degree, 1",
    "--i2v-mode, false",
    "--model-resolution, 720p",
    "--reproduce, ''",
    "--model, HYVideo-T/2-cfgdistill",
    "--latent-channels, 16",
    "--load-key, module",
    "--vae-tiling, false",
    "--flow-reverse, false",
    "--prompt-template-video, dit-llm-encode-video",
    "--text-encoder-precision, fp32",
    "--use-cpu-offload, true"
  })
  void neutralAndEffectiveValuesAreTaken(String flag, String value) {
    List<Object> flags = new ArrayList<>(List.of("--output", folder.resolve("a.mp4"), flag));
    if (!value.isEmpty()) {
      flags.add(value);
    }
    Outcome outcome = generate(flags.toArray());
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void withoutAPromptTheErrorIsNotBuriedUnderTheHelp() {
    Outcome outcome = run("generate");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err().lines().toList()).hasSize(2);
    assertThat(outcome.err()).contains("--prompt").contains("hunyuan-video generate --help");
  }

  @Test
  void theHelpListsTheExitCodes() {
    Outcome outcome = run("generate", "--help");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("--prompt").contains("Exit codes").contains("130");
  }

  @Test
  void aPromptThatTheLocaleSpoiledIsRefused() {
    Outcome outcome = generate("--prompt", "caf\uFFFD\uFFFD");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--prompt: letters").contains("LC_ALL to C.UTF-8");
  }

  @Test
  void theDoctorGoesOnWhereTheDemoModelCannotBeUnpacked() throws IOException {
    Path taken = Files.createFile(folder.resolve("taken"));
    System.setProperty("hunyuanvideo.cache", taken.toString());
    try {
      Outcome outcome = run("doctor");
      assertThat(outcome.code()).isNotZero();
      assertThat(outcome.out())
          .contains("its files", "PROBLEM " + taken)
          .contains("Not everything is fine");
    } finally {
      System.clearProperty("hunyuanvideo.cache");
    }
  }

  @Test
  void aPromptMayBeginWithAnAt() throws IOException {
    Path file = Files.writeString(folder.resolve("words"), "--no-such-flag");
    Outcome outcome = generate("--prompt", "@" + file, "--output", folder.resolve("a.mp4"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void aFrameTooLargeForMp4IsRefusedBeforeAnythingIsComputed() {
    Path file = folder.resolve("large.mp4");
    Outcome outcome = generate("--video-size", "2560", "4096", "--output", file);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("4096 × 2560 has 10485760").contains("nearest");
    assertThat(outcome.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--output", "--save-latents", "--save-frames", "--save-path"})
  void aPlaceThatCannotBeWrittenToIsRefusedBeforeAnythingIsComputed(String flag)
      throws IOException {
    Path taken = Files.createFile(folder.resolve("taken"));
    Outcome outcome = generate(flag, taken.resolve("cat.mp4"));
    assertThat(outcome.code()).isEqualTo(6);
    assertThat(outcome.err())
        .contains(flag + ": ")
        .contains(taken + " is a file, not a folder")
        .doesNotContain("\tat ");
    assertThat(outcome.out()).isEmpty();
    assertThat(folder).isDirectoryContaining(taken::equals);
  }

  @Test
  void twoResultsInOneFileAreRefused() {
    Path file = folder.resolve("both.safetensors");
    Outcome outcome =
        generate("--save-latents", file, "--save-frames", folder.resolve("./both.safetensors"));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--save-latents and --save-frames both name " + file);
  }

  @Test
  void aFeatureThatComesLaterIsNotForgottenForAnother() {
    Outcome outcome = generate("--i2v-mode", "true", "--use-lora", "false");
    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.err()).contains("--i2v-mode");
  }

  @ParameterizedTest
  @CsvSource({
    "--latent-channels, img_in.proj.weight",
    "--text-states-dim, txt_in.input_embedder.weight",
    "--text-states-dim-2, vector_in.in_layer.weight"
  })
  void aTransformerWhoseTensorsHaveTooFewAxesIsRefusedWithTheShapeItShouldHave(
      String flag, String tensor) throws IOException {
    Path file = folder.resolve("hostile.safetensors");
    new SafetensorsWriter().add(tensor, FloatTensor.of(new float[7], 7)).write(file);
    Outcome outcome =
        generate("--dit-weight", file, flag, "16", "--output", folder.resolve("a.mp4"));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(3);
    assertThat(outcome.err())
        .contains("\"" + tensor + "\" has the shape [7], expected (width, 16, …)");
  }

  @ParameterizedTest
  @CsvSource({"7, 0", "1, 5", "0, 5"})
  void latentsOfAnotherShapeAreRefusedWithTheRightOne(int length, int axes) throws IOException {
    int[] shape = new int[Math.max(1, axes)];
    Arrays.fill(shape, length);
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Path file = folder.resolve("hostile.safetensors");
    new SafetensorsWriter().add("latents", FloatTensor.of(new float[size], shape)).write(file);
    Outcome outcome = generate("--init-latents", file, "--output", folder.resolve("a.mp4"));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(axes == 5 ? ", 2, 12, 16], got [" : "(videos, channels, T, h, w)");
  }

  @Test
  void aSeedBesideGivenLatentsIsSaidToHaveNoEffect() throws IOException {
    Outcome outcome = generate("--init-latents", noise(), "--output", folder.resolve("again.mp4"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("Note: --seed has no effect").doesNotContain("Seed 42");
  }

  /** A file of latents for a video of five frames. */
  private Path noise() throws IOException {
    float[] values = new float[16 * 2 * 12 * 16];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Path file = folder.resolve("noise.safetensors");
    new SafetensorsWriter().add("latents", FloatTensor.of(values, 1, 16, 2, 12, 16)).write(file);
    return file;
  }

  @Test
  void theDoctorFindsNothingWrongWithTheDemoModel() {
    Outcome outcome = run("doctor");
    assertThat(outcome.code()).as(outcome.out()).isZero();
    assertThat(outcome.out())
        .contains("PyTorch", "2.7.1", "every operator works on cpu")
        .contains("tokenizers", "FFmpeg", "libopenh264")
        .contains("transformer", "6.8 MB")
        .contains("Memory", "available")
        .contains("Everything that was looked at is fine.");
  }

  @Test
  void theDoctorNamesMissingFilesWithTheWayToGetThem() {
    Outcome outcome = run("doctor", "--model-base", folder);
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.out())
        .contains("PROBLEM")
        .contains(folder.resolve("text_encoder").toString())
        .contains("hf download tencent/HunyuanVideo")
        .contains("Not everything is fine");
  }

  @Test
  void theDoctorSaysThatTheGpuThatMustWorkDoesNot() {
    Outcome outcome = run("doctor", "--device", "cuda:0");
    assumeTrue(outcome.code() != 0, "skipped: there is a GPU that works");
    assertThat(outcome.code()).isEqualTo(4);
    assertThat(outcome.out()).contains("PROBLEM").contains("cuda");
  }

  @Test
  void theOfficialCheckpointLayoutOfTheGoldenDataWorks() {
    Outcome outcome =
        generate(
            "--model-base",
            Golden.path("tiny-ckpts"),
            "--dit-weight",
            Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/transformers"),
            "--output",
            folder.resolve("tiny.mp4"));
    // Only one of the files there ends in _model_states.pt; the fp8 files beside it are passed
    // over.
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }
}
