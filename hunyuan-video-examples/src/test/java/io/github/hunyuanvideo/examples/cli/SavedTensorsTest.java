package io.github.hunyuanvideo.examples.cli;

import static io.github.hunyuanvideo.core.testing.TensorAssert.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.checkpoint.FloatTensorFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the program against the official code's run over the demo model, in float32. */
class SavedTensorsTest {

  private static TorchEngine engine;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    engine = TorchEngine.start(ComputeDevice.cpu());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void savedLatentsAndFramesAreTheOfficialOnes() throws IOException {
    requireOfficial("--seed", arguments().get("seed").getAsString());
  }

  @Test
  void givenLatentsTakeThePlaceOfNoise() throws IOException {
    Path noise = folder.resolve("noise.safetensors");
    try (Golden golden = Golden.openFile(engine, "demo/ball.safetensors")) {
      FloatTensor initial = golden.get("initial_latents").toFloatTensor();
      new SafetensorsWriter().add("latents", initial).write(noise);
    }
    // With another seed, which would give other noise.
    requireOfficial("--init-latents", noise, "--seed", "1");
  }

  private void requireOfficial(Object... start) throws IOException {
    Path latents = folder.resolve("latents.safetensors");
    Path frames = folder.resolve("frames.safetensors");
    List<Object> flags = new ArrayList<>(official());
    flags.addAll(List.of("--save-latents", latents, "--save-frames", frames));
    flags.addAll(List.of(start));
    ProgramRun run = ProgramRun.of(flags.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    try (Golden golden = Golden.openFile(engine, "demo/ball.safetensors")) {
      FloatTensor saved = FloatTensorFile.read(latents, "latents");
      assertThat(saved.shape())
          .containsExactly(golden.get("final_latents").toFloatTensor().shape());
      assertThat(relativeError(saved.toArray(), golden.floats("final_latents")))
          .isLessThanOrEqualTo(1e-4);
      requireWithinOne(frames, golden);
    }
  }

  private static void requireWithinOne(Path frames, Golden golden) throws IOException {
    StoredTensor stored =
        Objects.requireNonNull(Safetensors.openFile(frames, "").tensors().get("frames_uint8"));
    byte[] official = golden.get("frames_uint8").toBytes();
    assertThat(stored.type()).isEqualTo(ScalarType.UINT8);
    assertThat(stored.shape()).containsExactly(golden.get("frames_uint8").shape());
    byte[] file = Files.readAllBytes(frames);
    byte[] bytes = Arrays.copyOfRange(file, (int) stored.offset(), file.length);
    assertThat(bytes).hasSameSizeAs(official);
    int different = 0;
    for (int i = 0; i < bytes.length; i++) {
      int difference = Math.abs((bytes[i] & 0xff) - (official[i] & 0xff));
      assertThat(difference).isLessThanOrEqualTo(1);
      different += difference;
    }
    assertThat(different).isLessThan(bytes.length / 1000);
  }

  private List<Object> official() throws IOException {
    JsonObject run = arguments();
    return List.of(
        "generate",
        "--model-base",
        DemoModel.unpack(),
        "--prompt",
        run.get("prompt").getAsString(),
        "--video-size",
        run.get("height").getAsString(),
        run.get("width").getAsString(),
        "--video-length",
        run.get("video_length").getAsString(),
        "--infer-steps",
        run.get("infer_steps").getAsString(),
        "--flow-shift",
        run.get("flow_shift").getAsString(),
        "--precision",
        "fp32",
        "--vae-precision",
        "fp32",
        "--text-encoder-precision",
        "fp32",
        "--text-encoder-precision-2",
        "fp32",
        "--output",
        folder.resolve("ball.mp4"));
  }

  private static JsonObject arguments() throws IOException {
    return JsonParser.parseString(Files.readString(Golden.path("demo/ball.json")))
        .getAsJsonObject();
  }
}
