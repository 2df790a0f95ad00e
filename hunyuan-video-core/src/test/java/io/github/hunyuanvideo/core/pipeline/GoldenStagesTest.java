package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.RecordingScheduler;
import io.github.hunyuanvideo.core.testing.RecordingTransformer;
import io.github.hunyuanvideo.core.testing.RecordingVae;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes from stage to stage in a whole run, against the official program, in float32. */
@ExtendWith(EngineExtension.class)
class GoldenStagesTest {

  private static final double OF_A_MODULE = 1e-5;
  private static final double OF_A_RUN = 1e-4;

  private final TorchEngine engine;
  private final TensorScope scope = new TensorScope();

  GoldenStagesTest(TorchEngine engine) {
    this.engine = engine;
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @MethodSource("io.github.hunyuanvideo.core.pipeline.GoldenRun#names")
  void everyStageIsGivenAndGivesWhatTheOfficialOneDoes(String name) {
    GoldenRun run = scope.own(GoldenRun.open(engine, name));
    BuiltInStages stages = run.stages();
    RecordingScheduler scheduler = new RecordingScheduler(run.scheduler());
    RecordingTransformer transformer =
        scope.own(new RecordingTransformer(stages.transformer().opener().get()));
    RecordingVae vae = scope.own(new RecordingVae(stages.vae().opener().get()));
    VideoRequest request = run.request().build();
    try (HunyuanVideoPipeline pipeline =
        run.pipeline().scheduler(scheduler).transformer(transformer).vae(vae).build()) {
      pipeline.generateAll(request);
    }
    assertThat(run.scheduler().schedule(request.steps(), (float) request.flowShift()).sigmas())
        .containsExactly(run.floats("sigmas"));
    for (int video = 0; video < run.videos(); video++) {
      RecordingTransformer.Recorded recorded = transformer.videos().get(video);
      assertTexts(recorded, run, video);
      assertGuidance(recorded, run);
      int steps = request.steps();
      assertSteps(
          scheduler.steps().subList(video * steps, (video + 1) * steps), recorded, run, video);
      assertDecoding(vae.videos().get(video), run, video);
    }
    assertThat(transformer.videos()).hasSize(run.videos());
    assertThat(vae.videos()).hasSize(run.videos());
    assertThat(scheduler.steps()).hasSize(run.videos() * request.steps());
  }

  private void assertTexts(RecordingTransformer.Recorded recorded, GoldenRun run, int video) {
    boolean guided = recorded.texts().containsKey(Branch.NEGATIVE);
    assertText(recorded.text(Branch.POSITIVE), run.embeddings(guided ? 1 : video));
    if (guided) {
      assertText(recorded.text(Branch.NEGATIVE), run.embeddings(0));
    }
  }

  private void assertText(PromptEmbeddings ours, PromptEmbeddings official) {
    assertClose(ours.sequence(), official.sequence(), OF_A_MODULE);
    assertClose(ours.pooled(), official.pooled(), OF_A_MODULE);
  }

  private static void assertGuidance(RecordingTransformer.Recorded recorded, GoldenRun run) {
    assertThat(recorded.embeddedGuidance().isPresent()).isEqualTo(run.has("guidance"));
    recorded
        .embeddedGuidance()
        .ifPresent(
            scale -> assertThat(run.floats("guidance")).containsOnly((float) (1000 * scale)));
  }

  private void assertSteps(
      List<RecordingScheduler.Step> steps,
      RecordingTransformer.Recorded recorded,
      GoldenRun run,
      int video) {
    Tensor initial = scope.own(engine.tensor(steps.get(0).latents()));
    assertThatTensor(initial).isDrawnAs(run.sample("initial_latents", video));
    boolean guided = run.has("step0/noise_pred");
    int calls = guided ? 2 : 1;
    assertThat(recorded.predictions()).hasSize(calls * steps.size());
    for (int i = 0; i < steps.size(); i++) {
      assertThat(steps.get(i).timestep().value()).isEqualTo(run.floats("timesteps")[i]);
      for (int call = 0; call < calls; call++) {
        RecordingTransformer.Prediction prediction = recorded.predictions().get(calls * i + call);
        boolean negative = guided && call == 0;
        assertThat(prediction.branch()).isEqualTo(negative ? Branch.NEGATIVE : Branch.POSITIVE);
        assertClose(
            prediction.velocity(),
            run.sample("step" + i + "/model_out", guided ? call : video),
            i == 0 ? ofTheFirstPrediction(run) : OF_A_RUN);
      }
      String followed = "step" + i + (guided ? "/noise_pred" : "/model_out");
      assertClose(steps.get(i).velocity(), run.sample(followed, video), OF_A_RUN);
    }
  }

  /**
   * That of a module, since its latents are the official ones to the bit; the guidance of 6000
   * needs twice that, for one bit of a frequency.
   */
  private static double ofTheFirstPrediction(GoldenRun run) {
    return run.has("guidance") ? 2 * OF_A_MODULE : OF_A_MODULE;
  }

  private void assertDecoding(RecordingVae.Decoded decoded, GoldenRun run, int video) {
    assertClose(decoded.latents(), run.sample("vae_in", video), OF_A_RUN);
    List<Tensor> frames =
        decoded.frames().stream().map(part -> scope.own(engine.tensor(part))).toList();
    assertThatTensor(scope.own(engine.tensors().concatenate(frames, 2)))
        .isCloseTo(run.sample("vae_out", video), OF_A_RUN);
  }

  private void assertClose(FloatTensor ours, FloatTensor official, double limit) {
    assertThatTensor(scope.own(engine.tensor(ours))).isCloseTo(official, limit);
  }

  private void assertClose(FloatTensor ours, Tensor official, double limit) {
    assertThatTensor(scope.own(engine.tensor(ours))).isCloseTo(official, limit);
  }

  /** With CLIP, unless its ids are not the official ones. */
  @ParameterizedTest
  @MethodSource("io.github.hunyuanvideo.core.pipeline.GoldenRun#names")
  void promptsAreEncodedAsTheOfficialProgramDoes(String name) {
    GoldenRun run = scope.own(GoldenRun.open(engine, name));
    VideoRequest request = run.request().build();
    Medium medium = Medium.of(request.frames());
    boolean guided = run.has("step0/noise_pred");
    try (HunyuanVideoPipeline pipeline = run.pipeline().build()) {
      assertEncoded(
          pipeline.encode(run.prompt(), medium), run.prompt(), run.embeddings(guided ? 1 : 0));
      if (guided) {
        String negative = run.negativePrompt().orElse(ShotList.NEGATIVE_PROMPT);
        assertEncoded(pipeline.encode(negative, medium), negative, run.embeddings(0));
      }
    }
  }

  private void assertEncoded(PromptEmbeddings ours, String prompt, PromptEmbeddings official) {
    assertClose(ours.sequence(), official.sequence(), OF_A_MODULE);
    if (GoldenRun.hasOfficialClipIds(prompt)) {
      assertClose(ours.pooled(), official.pooled(), OF_A_MODULE);
    }
  }
}
