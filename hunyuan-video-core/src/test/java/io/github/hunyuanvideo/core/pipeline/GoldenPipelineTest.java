package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs against the official program's, in float32: every step, latents, frames. */
@ExtendWith(EngineExtension.class)
class GoldenPipelineTest {

  private static final double LIMIT = 1e-4;

  private final TorchEngine engine;

  GoldenPipelineTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @MethodSource("io.github.hunyuanvideo.core.pipeline.GoldenRun#names")
  void aRunGivesTheOfficialLatentsAndFrames(String name) {
    try (GoldenRun run = GoldenRun.open(engine, name);
        HunyuanVideoPipeline pipeline = run.pipeline().build()) {
      VideoRequest request =
          run.request()
              .floatFrames(true)
              .afterStep(
                  step -> {
                    assertStep(run, step.index(), step.video(), step.latents());
                    return Optional.empty();
                  })
              .build();
      List<Video> videos = pipeline.generateAll(request);
      assertThat(videos).hasSize(run.videos());
      for (int i = 0; i < videos.size(); i++) {
        assertFrames(videos.get(i), run, i);
        assertThat(videos.get(i).seed()).contains(run.seeds().get(i));
      }
      assertThat(videos.get(0).notices().isEmpty()).isEqualTo(!name.contains("unaligned"));
      assertThat(pipeline.openTensors()).isZero();
    }
  }

  private void assertStep(GoldenRun run, int step, int video, FloatTensor latents) {
    try (Tensor ours = engine.tensor(latents)) {
      assertThatTensor(ours).isCloseTo(run.sample("step" + step + "/latents", video), LIMIT);
    }
  }

  private void assertFrames(Video video, GoldenRun run, int index) {
    byte[] expected = run.sample("frames_uint8", index).toBytes();
    byte[] bytes = video.toBytes();
    assertThat(bytes).hasSameSizeAs(expected);
    int unequal = 0;
    for (int i = 0; i < bytes.length; i++) {
      int difference = Math.abs((bytes[i] & 0xff) - (expected[i] & 0xff));
      assertThat(difference).as("byte %d", i).isLessThanOrEqualTo(1);
      unequal += difference;
    }
    assertThat(unequal).as("unequal bytes").isLessThanOrEqualTo(bytes.length / 1000);
    FloatTensor floats = video.toFloats();
    try (Tensor ours = engine.tensor(floats.toArray(), prepend(floats.shape()));
        Tensor shaped =
            engine
                .program(TestingProgram.class)
                .reshape(run.sample("video", index), ours.shape())) {
      assertThatTensor(ours).isCloseTo(shaped, LIMIT);
    }
  }

  private static int[] prepend(int[] shape) {
    return new int[] {1, shape[0], shape[1], shape[2], shape[3]};
  }
}
